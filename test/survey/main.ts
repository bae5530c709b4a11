// npm run survey -- FOLDER [--reasons N]: what `check` says about a folder of real code, and how much of it it can follow.
import { formatSurvey } from "./format";
import { survey } from "./survey";

const [folder, ...options] = process.argv.slice(2);
if (folder === undefined || folder.startsWith("-")) {
  console.error("Give a folder: npm run survey -- FOLDER [--reasons N]");
  process.exitCode = 2;
} else {
  const count = options[0] === "--reasons" ? Number(options[1]) : 30;
  console.log(formatSurvey(survey(folder), Number.isInteger(count) ? count : 30));
}
