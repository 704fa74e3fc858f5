/** How to say a reference on the phone, with the words people of each language use. */
import type { Language } from "../context.ts";

// Italian: the usual cities; German: DIN 5009 (2022) cities; French: the usual first names; English: ITU/ICAO.
const alphabets: Readonly<Record<Language, string>> = {
  it: "Ancona Bologna Como Domodossola Empoli Firenze Genova Hotel Imola Jolly Kappa Livorno Milano Napoli Otranto Padova Quarto Roma Savona Torino Udine Venezia Washington Xilofono York Zara",
  de: "Aachen Berlin Chemnitz Düsseldorf Essen Frankfurt Goslar Hamburg Ingelheim Jena Köln Leipzig München Nürnberg Offenbach Potsdam Quickborn Rostock Salzwedel Tübingen Unna Völklingen Wuppertal Xanten Ypsilon Zwickau",
  fr: "Anatole Berthe Célestin Désiré Eugène François Gaston Henri Irma Joseph Kléber Louis Marcel Nicolas Oscar Pierre Quintal Raoul Suzanne Thérèse Ursule Victor William Xavier Yvonne Zoé",
  en: "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu",
};

/** Returns one word per letter and the digits as they are: "Torino – 7 – Roma". Separators are left out. */
export function spellReference(reference: string, language: Language): string {
  const words = alphabets[language].split(" ");
  return Array.from(reference.toUpperCase())
    .filter((sign) => /[A-Z0-9]/.test(sign))
    .map((sign) => words[sign.charCodeAt(0) - 65] ?? sign)
    .join(" – ");
}
