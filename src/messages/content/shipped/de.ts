import type { ShippedTemplates } from "./shipped.ts";

/** Without a name: a first name does not go with the formal address. */
const greeting = "Guten Tag";

const visit = `Wann :: {{ date }}, {{ time_range }}
Wo :: {{ site }}
Adresse :: {{ site_address }}
Anliegen :: {{ service }}`;

const ownVisit = `${visit}
Personen :: {{ party }}
{% if is_booking %}
Nummer der {{ noun }} :: {{ reference }}
{% else %}
Terminnummer :: {{ reference }}
{% endif %}`;

const papers = `{% if documents %}
## Bitte mitbringen
{% for document in documents %}
- {{ document }}
{% endfor %}
{% endif %}
{% if fees %}
## Zu bezahlen
{% for fee in fees %}
- {{ fee }}
{% endfor %}
{% if fees_total %}
Zusammen: {{ fees_total }}
{% endif %}
{% endif %}
{% if directions %}
## So kommen Sie hin
{{ directions }}
{% endif %}
{% if late_note %}
## Wenn Sie sich verspäten
{{ late_note }}
{% endif %}`;

const otherPlans = `## Wenn etwas dazwischenkommt
Wenn Sie nicht kommen können, verschieben oder stornieren Sie bitte: So wird der Platz für andere frei.{% if cancel_until %} Online geht das bis {{ cancel_until }}.{% endif %}

[Ansehen, verschieben oder stornieren]({{ manage_url }})

{% if site_phone %}Sie erreichen uns auch telefonisch: {{ site_phone }}.{% endif %}`;

const news = `{% if reason_text %}Grund: {{ reason_text }}{% endif %}

{{ notice_text }}`;

const bookAgain = `[Neu buchen]({{ booking_url }})

{% if site_phone %}Sie können auch telefonisch buchen: {{ site_phone }}.{% endif %}`;

const optOut = `{% if opt_out_url %}Keine weiteren Erinnerungen zu diesem Besuch: {{ opt_out_url }}{% endif %}`;

const smsVisit = "{{ noun }} {{ date_short }}, {{ time }}{% if site %}, {{ site }}{% endif %}";
const smsManage = "{% if manage_url %} Verschieben oder stornieren: {{ manage_url }}{% endif %}";
const smsNews =
  "{% if reason_text %} Grund: {{ reason_text }}{% endif %}{% if notice_text %} {{ notice_text }}{% endif %}";
const smsBook = "{% if booking_url %} Neu buchen: {{ booking_url }}{% endif %}";

/** German texts, for South Tyrol too: `{{ noun }}` says *Vormerkung* there. */
export const deTemplates: ShippedTemplates = {
  confirmation: {
    email: {
      subject: "Bestätigung: {{ noun }} am {{ date }}, {{ time }}",
      body: `# {% if is_booking %}Ihre {{ noun }} ist bestätigt{% else %}Ihr Termin ist gebucht{% endif %}

${greeting}

Wir haben für Sie gebucht:

${ownVisit}

${papers}

${otherPlans}`,
    },
    sms: {
      text: `{{ administration }}. Bestätigt: ${smsVisit}.{% if reference %} Nr. {{ reference }}.{% endif %}${smsManage}`,
    },
  },
  change: {
    email: {
      subject: "Änderung: {{ noun }} am {{ date }}, {{ time }}",
      body: `# {% if is_booking %}Ihre {{ noun }} wurde geändert{% else %}Ihr Termin wurde geändert{% endif %}

${greeting}

{% if is_by_citizen %}Wir haben Ihre Änderung eingetragen.{% else %}Wir mussten etwas ändern und bitten um Verständnis.{% endif %} Jetzt gilt:

${ownVisit}
{% if old_date %}
Bisher :: {{ old_date }}{% if old_time %}, {{ old_time }}{% endif %}{% if old_site %}, {{ old_site }}{% endif %}
{% endif %}

${news}

${papers}

${otherPlans}`,
    },
    sms: {
      text: `{{ administration }}. Geändert, jetzt: ${smsVisit}{% if old_date_short %} (bisher {{ old_date_short }}{% if old_time %}, {{ old_time }}{% endif %}){% endif %}.${smsNews}${smsManage}`,
    },
  },
  cancellation: {
    email: {
      subject:
        "{% if is_by_citizen %}Storniert{% else %}Abgesagt{% endif %}: {{ noun }} am {{ date }}, {{ time }}",
      body: `# {% if is_booking %}Ihre {{ noun }}{% else %}Ihr Termin{% endif %} {% if is_by_citizen %}ist storniert{% else %}wurde abgesagt{% endif %}

${greeting}

{% if is_by_citizen %}Wir haben Ihre Stornierung eingetragen. Sie müssen nichts weiter tun.{% else %}Wir mussten absagen und bitten um Entschuldigung. Bitte kommen Sie nicht: Wir könnten Sie nicht empfangen.{% endif %}

${ownVisit}

${news}

${bookAgain}`,
    },
    sms: {
      text: `{{ administration }}. {% if is_by_citizen %}Storniert{% else %}Von uns ABGESAGT{% endif %}: ${smsVisit}.${smsNews}${smsBook}`,
    },
  },
  reminder: {
    email: {
      subject: "Erinnerung: {{ noun }} am {{ date }}, {{ time }}",
      body: `# {% if is_booking %}Erinnerung an Ihre {{ noun }}{% else %}Erinnerung an Ihren Termin{% endif %}

${greeting}

Wir erwarten Sie:

${ownVisit}

${papers}

## Wenn Sie nicht kommen können
Sagen Sie uns bitte gleich Bescheid: So wird der Platz für andere frei.{% if cancel_until %} Online können Sie bis {{ cancel_until }} stornieren.{% endif %}

[Stornieren]({{ cancel_url }})
[Verschieben]({{ move_url }})
{% unless cancel_url %}
[Ansehen, verschieben oder stornieren]({{ manage_url }})
{% endunless %}

{% if site_phone %}Sie erreichen uns auch telefonisch: {{ site_phone }}.{% endif %}

${optOut}`,
    },
    sms: {
      text: `{{ administration }}. Erinnerung: ${smsVisit}.{% if cancel_url %} Verhindert? Stornieren: {{ cancel_url }}{% else %}${smsManage}{% endif %}`,
    },
  },
  please_confirm: {
    email: {
      subject: "Bitte bestätigen: {{ noun }} am {{ date }}, {{ time }}",
      body: `# Kommen Sie?

${greeting}

Bitte bestätigen Sie{% if until %} bis {{ until }}{% endif %}, dass Sie kommen.{% if is_released_otherwise %} Ohne Bestätigung vergeben wir den Platz an andere.{% endif %}

${ownVisit}

[Ja, ich komme]({{ confirm_url }})
[Nein, stornieren]({{ cancel_url }})
{% unless confirm_url %}
[Bestätigen oder stornieren]({{ manage_url }})
{% endunless %}

{% if site_phone %}Sie können auch telefonisch antworten: {{ site_phone }}.{% endif %}

${papers}

${optOut}`,
    },
    sms: {
      text: `{{ administration }}. Bitte bestätigen{% if until_short %} bis {{ until_short }}{% endif %}: ${smsVisit}.{% if is_released_otherwise %} Sonst wird der Platz vergeben.{% endif %} {% if confirm_url %}{{ confirm_url }}{% else %}{{ manage_url }}{% endif %}`,
    },
  },
  released: {
    email: {
      subject: "Platz freigegeben: {{ noun }} am {{ date }}, {{ time }}",
      body: `# Ihr Platz wurde freigegeben

${greeting}

Wir haben {% if until %}bis {{ until }} {% endif %}keine Bestätigung von Ihnen erhalten. Deshalb haben wir den Platz für andere freigegeben: Dieser Besuch ist nicht mehr gebucht.

${ownVisit}

${news}

${bookAgain}`,
    },
    sms: {
      text: `{{ administration }}. Ohne Ihre Bestätigung wurde der Platz freigegeben: ${smsVisit}.${smsNews}${smsBook}`,
    },
  },
  follow_up: {
    email: {
      subject: "Ihr Besuch am {{ date }}: Wie war es?",
      body: `# Wie war Ihr Besuch?

${greeting}

{% if date %}Sie waren am {{ date }}, bei uns.{% endif %} Eine einzige Frage hilft uns, besser zu werden.

[Frage beantworten]({{ feedback_url }})

Vielen Dank.

${optOut}`,
    },
    sms: {
      text: "{{ administration }}. Wie war Ihr Besuch am {{ date_short }}? Nur eine Frage: {{ feedback_url }}",
    },
  },
  waitlist_offer: {
    email: {
      subject: "Freier Platz: {{ date }}, {{ time }}",
      body: `# Ein Platz ist frei geworden

${greeting}

Sie stehen auf der Warteliste. Wir können Ihnen diesen Platz anbieten und halten ihn bis {{ until }} für Sie frei.

${visit}

[Platz annehmen]({{ offer_url }})

Ohne Antwort bieten wir den Platz anderen an.

{% if site_phone %}Sie können auch telefonisch antworten: {{ site_phone }}.{% endif %}`,
    },
    sms: {
      text: "{{ administration }}. Platz frei für Sie: {{ date_short }}, {{ time }}{% if site %}, {{ site }}{% endif %}. Bitte annehmen bis {{ until_short }}: {{ offer_url }}",
    },
  },
  waitlist_taken: {
    email: {
      subject: "Platz vergeben: {{ date }}, {{ time }}",
      body: `# Diesmal war jemand schneller

${greeting}

der Platz am {{ date }}, {{ time }}, war mehreren Personen zugleich angeboten, und jemand hat vor Ihnen geantwortet. Das tut uns leid.

Ihren Platz auf der Warteliste behalten Sie: Sobald wieder ein passender Termin frei wird, schreiben wir Ihnen.

[Eintrag ansehen]({{ offer_url }})`,
    },
    sms: {
      text: "{{ administration }}. Der Platz am {{ date_short }}, {{ time }} ging an jemanden, der schneller war. Ihren Platz auf der Warteliste behalten Sie: {{ offer_url }}",
    },
  },
  bulk_notice: {
    email: {
      subject: "Hinweis: {{ noun }} am {{ date }}, {{ time }}",
      body: `# Ein Hinweis zu Ihrem Besuch

${greeting}

{{ notice_text }}

${ownVisit}

[Ansehen, verschieben oder stornieren]({{ manage_url }})
[Neu buchen]({{ booking_url }})

{% if site_phone %}Bei Fragen: {{ site_phone }}.{% endif %}`,
    },
    sms: {
      text: "{{ administration }}: {{ notice_text }}{% if date_short %} ({{ noun }} {{ date_short }}, {{ time }}){% endif %}{% if manage_url %} {{ manage_url }}{% endif %}",
    },
  },
  urgent_notice: {
    email: {
      subject: "Dringend: {{ noun }} am {{ date }}, {{ time }}",
      body: `# Dringender Hinweis

{{ notice_text }}

${ownVisit}

[Ansehen, verschieben oder stornieren]({{ manage_url }})
[Neu buchen]({{ booking_url }})

{% if site_phone %}Bei Fragen: {{ site_phone }}.{% endif %}`,
    },
    sms: {
      text: "{{ administration }}. DRINGEND: {{ notice_text }}{% if date_short %} ({{ noun }} {{ date_short }}, {{ time }}){% endif %}{% if manage_url %} {{ manage_url }}{% endif %}",
    },
  },
};
