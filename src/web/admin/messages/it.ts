/** Italian texts of the administrators' pages; every other catalogue has the same keys and placeholders. */
export const itAdminMessages = {
  admin: "Amministrazione",
  conflicts_about: "Appuntamenti rimasti senza posto dopo una modifica degli orari, e cosa farne.",
  conflicts_title: "Da ricollocare",
  key_hint: "Comincia con «spo_sk_». Resta in questo browser per otto ore, o finché esci.",
  key_label: "Chiave segreta",
  key_wrong:
    "Questa chiave non è valida: controlla di averla copiata per intero, o chiedine una nuova.",
  no_sections: "Questa chiave non permette nulla in queste pagine.",
  not_allowed_text: "La tua chiave non basta per questa pagina. Chiedine una che la permetta.",
  not_allowed_title: "Non consentito",
  not_found_text: "A questo indirizzo non c’è nulla, o non c’è più.",
  proposals_about:
    "Chiudere un giorno, cambiare orari o posti: prima di applicare si vede chi è coinvolto.",
  proposals_title: "Anteprime di modifica",
  sections_nav: "Sezioni",
  sign_in: "Entra",
  sign_in_title: "Accesso all’amministrazione",
  sign_out: "Esci",
  to_overview: "Alla panoramica",
};
