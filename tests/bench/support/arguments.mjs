// What `cargo xtask bench` was asked for.

const HELP = `cargo xtask bench [W1|W2|W3|W4|W5|W6|start ...] [options]

  --gate        end with 1 where a must of levels.json is missed
  --quick       small corpora, one round: does the bench still run? (no verdicts)
  --runs N      alternating runs (5)
  --users N     users of W2's directory (1000000)
  --profiles N  users of W3, lines of W4 (1000000)
  --large       W3 and W4 also with 10,000,000 users in a process of their own (minutes)
  --tab         W4 also with 10,000,000 users in a tab of Chromium, and of Firefox (minutes)
  --tab-users N so many in it
  --ids N       ids of each of W5's snapshots (1000000)
  --memory      W6 also with memory over very many requests (minutes)
  --requests N  so many (1000000)
`;

/** Reads the words; ends the process on `--help` and on what it does not know. */
export function readArguments(words, names) {
  const options = { selected: [], gate: false, quick: false, runs: 5 };
  const rest = [...words];
  const number = (word) => {
    const value = Number(rest.shift());
    if (!Number.isSafeInteger(value) || value < 1) refuse(`${word} needs a number`);
    return value;
  };
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === "--help" || word === "-h") {
      console.log(HELP);
      process.exit(0);
    } else if (word === "--gate") options.gate = true;
    else if (word === "--quick") options.quick = true;
    else if (word === "--large") options.large = true;
    else if (word === "--tab") options.tab = true;
    else if (word === "--tab-users") options.tabUsers = number(word);
    else if (word === "--runs") options.runs = number(word);
    else if (word === "--memory") options.memory = true;
    else if (word === "--requests") options.requests = number(word);
    else if (word === "--users") options.users = number(word);
    else if (word === "--profiles") options.profiles = number(word);
    else if (word === "--ids") options.ids = number(word);
    else {
      const name = names.find((name) => name.toLowerCase() === word.toLowerCase());
      if (name === undefined) refuse(`there is no workload or option \`${word}\``);
      options.selected.push(name);
    }
  }
  if (options.quick && options.gate) refuse("--gate needs whole corpora: leave --quick out");
  if (options.selected.length === 0) options.selected = names;
  options.users ??= options.quick ? 2_000 : 1_000_000;
  options.segmentUsers = options.profiles ?? (options.quick ? 20_000 : 1_000_000);
  options.profiles ??= options.quick ? 2_000 : 1_000_000;
  options.tabUsers ??= options.quick ? 20_000 : 10_000_000;
  options.requests ??= options.quick ? 400 : 1_000_000;
  options.ids ??= options.quick ? 5_000 : 1_000_000;
  if (options.quick) options.runs = 1;
  return options;
}

function refuse(fault) {
  console.error(`${fault}\n\n${HELP}`);
  process.exit(2);
}
