// Once through the package.
import { onceThrough } from "../../support/once_through.mjs";

export default onceThrough;
