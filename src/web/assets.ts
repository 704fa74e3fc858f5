/** The pages' own stylesheet, icon and script, served under names that change with their content. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const types = {
  "admin.css": "text/css; charset=utf-8",
  "styles.css": "text/css; charset=utf-8",
  "hold-countdown.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
} as const;

/** The files under `src/web/assets/`. */
export type AssetName = keyof typeof types;

interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

const assets: Readonly<Record<AssetName, Asset>> = {
  "admin.css": readAsset("admin.css"),
  "styles.css": readAsset("styles.css"),
  "hold-countdown.js": readAsset("hold-countdown.js"),
  "icon.svg": readAsset("icon.svg"),
};

const byPath = new Map(Object.values(assets).map((asset) => [asset.path, asset]));

/** Returns the address of an asset; it names the content, so it may be cached for ever. */
export function assetPath(name: AssetName): string {
  return assets[name].path;
}

/** Finds an asset by the path of a request. */
export function findAsset(path: string): Asset | undefined {
  return byPath.get(path);
}

function readAsset(name: AssetName): Asset {
  const body = readFileSync(new URL(`./assets/${name}`, import.meta.url), "utf8");
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
  const [stem, extension] = name.split(".");
  return { path: `/assets/${stem}.${hash}.${extension}`, type: types[name], body };
}
