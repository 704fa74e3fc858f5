/** Compiles the layout of e-mails for production, which has no MJML. */
import { readFileSync, writeFileSync } from "node:fs";
import { compileEmailLayout, LAYOUT_FILE, PIECES_FILE } from "./compile-email-layout.ts";

writeFileSync(PIECES_FILE, compileEmailLayout(readFileSync(LAYOUT_FILE, "utf8")));
console.log(`wrote ${PIECES_FILE}`);
