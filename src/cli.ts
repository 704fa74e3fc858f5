import { parseArgs } from "node:util";
import { UsageError } from "./cli-usage.ts";
import { DomainError } from "./errors.ts";
import { StartError } from "./start-error.ts";
import { readVersion } from "./version.ts";

const usage = `Usage: sportello <command>

  init <document.json>                    make the administration a document names, and its first admin key
  init --slug comune-di-x --name "Comune di X" [--language it] [--time-zone Europe/Rome]
       [--country IT] [--region BZ]       the same without a document
  import <document.json> [--apply]        make sites, services, resources and openings be as the document states;
                                          without --apply it only tells what it would do
  import-appointments <file.csv> --tenant <slug> [--apply] [--report <out.csv>]
                                          take over the appointments of an old system
  key create --tenant <slug> --name <name> --scope <scope>…   (admin, catalog, schedule, appointments, audit)
  key create --tenant <slug> --name <name> --widget           a publishable key for a website
  sending status                          whether messages are sent at all, and why not
  sending pause [--reason <text>]         send nothing, of any administration, until it is released
  sending release [--discard-before <instant>]
                                          let sending go on here; after a restore, discard first what was due before
  migrate                                 bring the database up to date

It works on DATABASE_URL, or on the embedded database in DATA_DIR, whether the service runs or not.
Exit codes: 0 done, 1 not done, 2 wrong use.`;

const options = {
  slug: { type: "string" },
  name: { type: "string" },
  language: { type: "string", multiple: true },
  "time-zone": { type: "string" },
  country: { type: "string" },
  region: { type: "string" },
  tenant: { type: "string" },
  scope: { type: "string", multiple: true },
  widget: { type: "boolean" },
  report: { type: "string" },
  apply: { type: "boolean" },
  reason: { type: "string" },
  "discard-before": { type: "string" },
  "dry-run": { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

/** Runs one command and returns the exit code: 0 done, 1 not done. Throws UsageError. */
async function runCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args);
  const [command, ...rest] = positionals;
  const say = (text: string): void => console.log(text);
  if (values.version) return print(readVersion());
  if (values.help || command === undefined || command === "help") return print(usage);
  if (values.apply && values["dry-run"]) {
    throw new UsageError("Choose --apply or --dry-run, not both.");
  }
  // Loaded only now, so that help and wrong options answer at once.
  const commands = await import("./cli-commands.ts");
  const isGroup = command === "key" || command === "sending";
  switch (isGroup ? `${command} ${rest.shift() ?? ""}` : command) {
    case "init":
      return commands.initialize({ file: rest[0], values, say });
    case "import":
      return commands.importFile({ file: rest[0], values, say });
    case "import-appointments":
      return commands.importAppointmentsFile({ file: rest[0], values, say });
    case "key create":
      return commands.createKey({ values, say });
    case "sending status":
      return commands.showSending(say);
    case "sending pause":
      return commands.pauseAllSending({ values, say });
    case "sending release":
      return commands.releaseAllSending({ values, say });
    case "migrate":
      return commands.migrateNow(say);
    default:
      throw new UsageError(
        `There is no command ${positionals.join(" ")}. sportello --help lists them.`,
      );
  }
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function print(text: string): number {
  console.log(text);
  return 0;
}

/** A fault in one line, without a stack, where the person at the terminal can do something about it. */
function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(error.message);
    return 2;
  }
  if (error instanceof StartError || error instanceof DomainError) console.error(error.message);
  else console.error(error);
  return 1;
}

process.exitCode = await runCommand(process.argv.slice(2)).catch(exitCodeOf);
