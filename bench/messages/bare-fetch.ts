/** What SMS are compared with: fetch posts ready requests, as many at once as a provider is given connections. */
import { readFileSync } from "node:fs";
import { z } from "zod";

/** A request of ours as it was received, to be made once more. */
export const bareRequest = z.object({ body: z.string(), contentType: z.string() });

async function run(): Promise<void> {
  const settings = z
    .object({ file: z.string(), url: z.string(), connections: z.number() })
    .parse(JSON.parse(process.argv[2] ?? "{}"));
  const requests = z.array(bareRequest).parse(JSON.parse(readFileSync(settings.file, "utf8")));
  let next = 0;
  const work = async (): Promise<void> => {
    for (let request = requests[next++]; request; request = requests[next++]) {
      const answer = await fetch(settings.url, {
        method: "POST",
        headers: { "Content-Type": request.contentType },
        body: request.body,
      });
      await answer.text();
    }
  };
  process.once("message", () => {
    void Promise.all(Array.from({ length: settings.connections }, work)).then(() => {
      process.disconnect();
    });
  });
  process.send?.("ready");
}

if (import.meta.main) await run();
