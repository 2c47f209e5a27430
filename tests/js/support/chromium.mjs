// The Chromium that the task runner found, without a window and without asking anybody but the page.
import { chromium } from "playwright-core";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launchChromium = () => chromium.launch({ executablePath: process.env.KOHORT_CHROMIUM, args: FLAGS });
