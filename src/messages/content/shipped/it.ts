import type { ShippedTemplates } from "./shipped.ts";

const greeting = "Buongiorno{% if first_name %} {{ first_name }}{% endif %},";

const visit = `Quando :: {{ date }}, {{ time_range }}
Dove :: {{ site }}
Indirizzo :: {{ site_address }}
Servizio :: {{ service }}`;

const ownVisit = `${visit}
Persone :: {{ party }}
Codice prenotazione :: {{ reference }}`;

const papers = `{% if documents %}
## Da portare
{% for document in documents %}
- {{ document }}
{% endfor %}
{% endif %}
{% if fees %}
## Da pagare
{% for fee in fees %}
- {{ fee }}
{% endfor %}
{% if fees_total %}
In tutto: {{ fees_total }}
{% endif %}
{% endif %}
{% if directions %}
## Come arrivare
{{ directions }}
{% endif %}
{% if late_note %}
## Se arriva in ritardo
{{ late_note }}
{% endif %}`;

const otherPlans = `## Se cambia programma
Se non può venire, sposti o disdica: il posto serve ad altre persone.{% if cancel_until %} Può farlo online fino a {{ cancel_until }}.{% endif %}

[Vedere, spostare o disdire]({{ manage_url }})

{% if site_phone %}Può farlo anche per telefono: {{ site_phone }}.{% endif %}`;

const news = `{% if reason_text %}Motivo: {{ reason_text }}{% endif %}

{{ notice_text }}`;

const bookAgain = `[Prenotare di nuovo]({{ booking_url }})

{% if site_phone %}Può prenotare anche per telefono: {{ site_phone }}.{% endif %}`;

const optOut = `{% if opt_out_url %}Se non vuole altri promemoria per questa visita: {{ opt_out_url }}{% endif %}`;

const smsVisit = "{{ noun }} {{ date_short }}, ore {{ time }}{% if site %}, {{ site }}{% endif %}";
const smsManage = "{% if manage_url %} Per spostare o disdire: {{ manage_url }}{% endif %}";
const smsNews =
  "{% if reason_text %} Motivo: {{ reason_text }}{% endif %}{% if notice_text %} {{ notice_text }}{% endif %}";
const smsBook = "{% if booking_url %} Per prenotare di nuovo: {{ booking_url }}{% endif %}";

/** Italian texts, in the formal address. */
export const itTemplates: ShippedTemplates = {
  confirmation: {
    email: {
      subject: "Conferma: {{ noun }} di {{ date }}, ore {{ time }}",
      body: `# {% if is_booking %}La prenotazione è confermata{% else %}L’appuntamento è confermato{% endif %}

${greeting}

abbiamo prenotato per Lei:

${ownVisit}

${papers}

${otherPlans}`,
    },
    sms: {
      text: `{{ administration }}. Conferma: ${smsVisit}.{% if reference %} Codice {{ reference }}.{% endif %}${smsManage}`,
    },
  },
  change: {
    email: {
      subject: "Cambiamento: {{ noun }} di {{ date }}, ore {{ time }}",
      body: `# {% if is_booking %}La prenotazione è cambiata{% else %}L’appuntamento è cambiato{% endif %}

${greeting}

{% if is_by_citizen %}abbiamo registrato il cambiamento che ha chiesto.{% else %}abbiamo dovuto fare un cambiamento. Ci scusiamo per il disagio.{% endif %} Valgono ora questi dati:

${ownVisit}
{% if old_date %}
Prima :: {{ old_date }}{% if old_time %}, ore {{ old_time }}{% endif %}{% if old_site %}, {{ old_site }}{% endif %}
{% endif %}

${news}

${papers}

${otherPlans}`,
    },
    sms: {
      text: `{{ administration }}. Cambiamento: ora ${smsVisit}{% if old_date_short %} (prima {{ old_date_short }}{% if old_time %}, ore {{ old_time }}{% endif %}){% endif %}.${smsNews}${smsManage}`,
    },
  },
  cancellation: {
    email: {
      subject:
        "{% if is_by_citizen %}Disdetta{% else %}Annullamento{% endif %}: {{ noun }} di {{ date }}, ore {{ time }}",
      body: `# {% if is_by_citizen %}Disdetta registrata{% else %}{% if is_booking %}La prenotazione è annullata{% else %}L’appuntamento è annullato{% endif %}{% endif %}

${greeting}

{% if is_by_citizen %}abbiamo registrato la Sua disdetta. Non deve fare altro.{% else %}abbiamo dovuto annullare questa visita. La preghiamo di non venire: la visita non può avere luogo. Ci scusiamo per il disagio.{% endif %}

${ownVisit}

${news}

${bookAgain}`,
    },
    sms: {
      text: `{{ administration }}. {% if is_by_citizen %}Disdetta registrata{% else %}ANNULLAMENTO dell'ufficio{% endif %}: ${smsVisit}.${smsNews}${smsBook}`,
    },
  },
  reminder: {
    email: {
      subject: "Promemoria: {{ noun }} di {{ date }}, ore {{ time }}",
      body: `# {% if is_booking %}La aspettiamo: non dimentichi la prenotazione{% else %}La aspettiamo: non dimentichi l’appuntamento{% endif %}

${greeting}

Le ricordiamo la Sua visita:

${ownVisit}

${papers}

## Se non può venire
Ce lo dica subito: il posto serve ad altre persone.{% if cancel_until %} Può disdire online fino a {{ cancel_until }}.{% endif %}

[Disdire]({{ cancel_url }})
[Spostare]({{ move_url }})
{% unless cancel_url %}
[Vedere, spostare o disdire]({{ manage_url }})
{% endunless %}

{% if site_phone %}Può farlo anche per telefono: {{ site_phone }}.{% endif %}

${optOut}`,
    },
    sms: {
      text: `{{ administration }}. Promemoria: ${smsVisit}.{% if cancel_url %} Non può venire? Disdica: {{ cancel_url }}{% else %}${smsManage}{% endif %}`,
    },
  },
  please_confirm: {
    email: {
      subject: "Da confermare: {{ noun }} di {{ date }}, ore {{ time }}",
      body: `# Ci conferma che verrà?

${greeting}

Le chiediamo di confermare la Sua visita{% if until %} entro {{ until }}{% endif %}.{% if is_released_otherwise %} Senza conferma il posto viene dato ad altre persone.{% endif %}

${ownVisit}

[Sì, vengo]({{ confirm_url }})
[No, disdico]({{ cancel_url }})
{% unless confirm_url %}
[Confermare o disdire]({{ manage_url }})
{% endunless %}

{% if site_phone %}Può rispondere anche per telefono: {{ site_phone }}.{% endif %}

${papers}

${optOut}`,
    },
    sms: {
      text: `{{ administration }}. Confermi{% if until_short %} entro {{ until_short }}{% endif %}: ${smsVisit}.{% if is_released_otherwise %} Senza conferma il posto va ad altri.{% endif %} {% if confirm_url %}{{ confirm_url }}{% else %}{{ manage_url }}{% endif %}`,
    },
  },
  released: {
    email: {
      subject: "Posto liberato: {{ noun }} di {{ date }}, ore {{ time }}",
      body: `# Il posto è stato liberato

${greeting}

non abbiamo ricevuto la Sua conferma{% if until %} entro {{ until }}{% endif %}. Abbiamo liberato il posto per altre persone: questa visita non è più prenotata.

${ownVisit}

${news}

${bookAgain}`,
    },
    sms: {
      text: `{{ administration }}. Senza Sua conferma il posto è stato liberato: ${smsVisit}.${smsNews}${smsBook}`,
    },
  },
  follow_up: {
    email: {
      subject: "La visita di {{ date }}: com’è andata?",
      body: `# Com’è andata?

${greeting}

grazie per la visita{% if date %} di {{ date }}{% endif %}. Una domanda sola ci aiuta a migliorare.

[Rispondere alla domanda]({{ feedback_url }})

${optOut}`,
    },
    sms: {
      text: "{{ administration }}. Com'è andata la visita di {{ date_short }}? Una domanda sola: {{ feedback_url }}",
    },
  },
  waitlist_offer: {
    email: {
      subject: "Posto libero: {{ date }}, ore {{ time }}",
      body: `# Si è liberato un posto

${greeting}

Lei è in lista d’attesa e ora c’è un posto libero. Lo teniamo per Lei fino a {{ until }}.

${visit}

[Accettare il posto]({{ offer_url }})

Senza risposta il posto viene offerto ad altre persone.

{% if site_phone %}Può rispondere anche per telefono: {{ site_phone }}.{% endif %}`,
    },
    sms: {
      text: "{{ administration }}. Posto libero per Lei: {{ date_short }}, ore {{ time }}{% if site %}, {{ site }}{% endif %}. Accetti entro {{ until_short }}: {{ offer_url }}",
    },
  },
  waitlist_taken: {
    email: {
      subject: "Posto assegnato: {{ date }}, ore {{ time }}",
      body: `# Questa volta è andato ad altri

${greeting}

il posto di {{ date }}, ore {{ time }}, era proposto a più persone insieme e un’altra ha risposto prima di Lei. Ci dispiace.

Lei mantiene il Suo posto in lista d’attesa: appena si libera un altro orario che Le va bene, Le scriviamo.

[Vedere la richiesta]({{ offer_url }})`,
    },
    sms: {
      text: "{{ administration }}. Il posto di {{ date_short }}, ore {{ time }} è andato a chi ha risposto prima. Lei mantiene il Suo posto in lista d'attesa: {{ offer_url }}",
    },
  },
  bulk_notice: {
    email: {
      subject: "Avviso: {{ noun }} di {{ date }}, ore {{ time }}",
      body: `# Un avviso per la Sua visita

${greeting}

{{ notice_text }}

${ownVisit}

[Vedere, spostare o disdire]({{ manage_url }})
[Prenotare di nuovo]({{ booking_url }})

{% if site_phone %}Per domande: {{ site_phone }}.{% endif %}`,
    },
    sms: {
      text: "{{ administration }}: {{ notice_text }}{% if date_short %} ({{ noun }} {{ date_short }}, ore {{ time }}){% endif %}{% if manage_url %} {{ manage_url }}{% endif %}",
    },
  },
  urgent_notice: {
    email: {
      subject: "Urgente: {{ noun }} di {{ date }}, ore {{ time }}",
      body: `# Avviso urgente

{{ notice_text }}

${ownVisit}

[Vedere, spostare o disdire]({{ manage_url }})
[Prenotare di nuovo]({{ booking_url }})

{% if site_phone %}Per domande: {{ site_phone }}.{% endif %}`,
    },
    sms: {
      text: "{{ administration }}. URGENTE: {{ notice_text }}{% if date_short %} ({{ noun }} {{ date_short }}, ore {{ time }}){% endif %}{% if manage_url %} {{ manage_url }}{% endif %}",
    },
  },
};
