import type { ShippedTemplates } from "./shipped.ts";

const greeting = "Bonjour{% if first_name %} {{ first_name }}{% endif %},";

const visit = `Quand :: {{ date }}, {{ time_range }}
Où :: {{ site }}
Adresse :: {{ site_address }}
Démarche :: {{ service }}`;

const ownVisit = `${visit}
Personnes :: {{ party }}
{% if is_booking %}
Numéro de réservation :: {{ reference }}
{% else %}
Numéro de rendez-vous :: {{ reference }}
{% endif %}`;

const papers = `{% if documents %}
## À apporter
{% for document in documents %}
- {{ document }}
{% endfor %}
{% endif %}
{% if fees %}
## À payer
{% for fee in fees %}
- {{ fee }}
{% endfor %}
{% if fees_total %}
En tout : {{ fees_total }}
{% endif %}
{% endif %}
{% if directions %}
## Comment venir
{{ directions }}
{% endif %}
{% if late_note %}
## En cas de retard
{{ late_note }}
{% endif %}`;

const otherPlans = `## En cas d’empêchement
Si vous ne pouvez pas venir, déplacez ou annulez : la place servira à quelqu’un d’autre.{% if cancel_until %} Vous pouvez le faire en ligne jusqu’au {{ cancel_until }}.{% endif %}

[Voir, déplacer ou annuler]({{ manage_url }})

{% if site_phone %}Vous pouvez aussi nous appeler : {{ site_phone }}.{% endif %}`;

const news = `{% if reason_text %}Motif : {{ reason_text }}{% endif %}

{{ notice_text }}`;

const bookAgain = `[Réserver de nouveau]({{ booking_url }})

{% if site_phone %}Vous pouvez aussi réserver par téléphone : {{ site_phone }}.{% endif %}`;

const optOut = `{% if opt_out_url %}Pour ne plus recevoir de rappel pour cette visite : {{ opt_out_url }}{% endif %}`;

const smsVisit = "{{ noun }} {{ date_short }} à {{ time }}{% if site %}, {{ site }}{% endif %}";
const smsManage = "{% if manage_url %} Déplacer ou annuler : {{ manage_url }}{% endif %}";
const smsNews =
  "{% if reason_text %} Motif : {{ reason_text }}{% endif %}{% if notice_text %} {{ notice_text }}{% endif %}";
const smsBook = "{% if booking_url %} Réserver de nouveau : {{ booking_url }}{% endif %}";

/** French puts a space before these signs, at which no line may break; the marks of facts stay as they are. */
function keepSigns(text: string): string {
  return text.replaceAll(/ (?=[;!?»]|:(?!:))/gu, "\u00a0");
}

/** French texts. */
export const frTemplates: ShippedTemplates = {
  confirmation: {
    email: {
      subject: keepSigns("Confirmation : {{ noun }} du {{ date }} à {{ time }}"),
      body: keepSigns(`# {% if is_booking %}Votre réservation est confirmée{% else %}Votre rendez-vous est confirmé{% endif %}

${greeting}

nous avons réservé pour vous :

${ownVisit}

${papers}

${otherPlans}`),
    },
    sms: {
      text: `{{ administration }}. Confirmation : ${smsVisit}.{% if reference %} Numéro {{ reference }}.{% endif %}${smsManage}`,
    },
  },
  change: {
    email: {
      subject: keepSigns("Changement : {{ noun }} du {{ date }} à {{ time }}"),
      body: keepSigns(`# {% if is_booking %}Votre réservation a changé{% else %}Votre rendez-vous a changé{% endif %}

${greeting}

{% if is_by_citizen %}nous avons enregistré le changement que vous avez demandé.{% else %}nous avons dû faire un changement et vous prions de nous en excuser.{% endif %} Voici ce qui est valable maintenant :

${ownVisit}
{% if old_date %}
Avant :: {{ old_date }}{% if old_time %} à {{ old_time }}{% endif %}{% if old_site %}, {{ old_site }}{% endif %}
{% endif %}

${news}

${papers}

${otherPlans}`),
    },
    sms: {
      text: `{{ administration }}. Changement : maintenant ${smsVisit}{% if old_date_short %} (avant : {{ old_date_short }}{% if old_time %} à {{ old_time }}{% endif %}){% endif %}.${smsNews}${smsManage}`,
    },
  },
  cancellation: {
    email: {
      subject: keepSigns("Annulation : {{ noun }} du {{ date }} à {{ time }}"),
      body: keepSigns(`# {% if is_by_citizen %}Annulation enregistrée{% else %}{% if is_booking %}Votre réservation est annulée{% else %}Votre rendez-vous est annulé{% endif %}{% endif %}

${greeting}

{% if is_by_citizen %}nous avons enregistré votre annulation. Vous n’avez rien d’autre à faire.{% else %}nous avons dû annuler cette visite et vous prions de nous en excuser. Merci de ne pas vous déplacer : nous ne pourrions pas vous recevoir.{% endif %}

${ownVisit}

${news}

${bookAgain}`),
    },
    sms: {
      text: `{{ administration }}. {% if is_by_citizen %}Annulation enregistrée{% else %}ANNULATION par le service{% endif %} : ${smsVisit}.${smsNews}${smsBook}`,
    },
  },
  reminder: {
    email: {
      subject: keepSigns("Rappel : {{ noun }} du {{ date }} à {{ time }}"),
      body: keepSigns(`# {% if is_booking %}Rappel de votre réservation{% else %}Rappel de votre rendez-vous{% endif %}

${greeting}

nous vous attendons :

${ownVisit}

${papers}

## Si vous ne pouvez pas venir
Prévenez-nous dès maintenant : la place servira à quelqu’un d’autre.{% if cancel_until %} Vous pouvez annuler en ligne jusqu’au {{ cancel_until }}.{% endif %}

[Annuler]({{ cancel_url }})
[Déplacer]({{ move_url }})
{% unless cancel_url %}
[Voir, déplacer ou annuler]({{ manage_url }})
{% endunless %}

{% if site_phone %}Vous pouvez aussi nous appeler : {{ site_phone }}.{% endif %}

${optOut}`),
    },
    sms: {
      text: `{{ administration }}. Rappel : ${smsVisit}.{% if cancel_url %} Empêchement ? Annuler : {{ cancel_url }}{% else %}${smsManage}{% endif %}`,
    },
  },
  please_confirm: {
    email: {
      subject: keepSigns("À confirmer : {{ noun }} du {{ date }} à {{ time }}"),
      body: keepSigns(`# Confirmez-vous votre venue ?

${greeting}

merci de confirmer votre venue{% if until %} avant le {{ until }}{% endif %}.{% if is_released_otherwise %} Sans confirmation, la place sera donnée à quelqu’un d’autre.{% endif %}

${ownVisit}

[Oui, je viens]({{ confirm_url }})
[Non, j’annule]({{ cancel_url }})
{% unless confirm_url %}
[Confirmer ou annuler]({{ manage_url }})
{% endunless %}

{% if site_phone %}Vous pouvez aussi répondre par téléphone : {{ site_phone }}.{% endif %}

${papers}

${optOut}`),
    },
    sms: {
      text: `{{ administration }}. À confirmer{% if until_short %} avant le {{ until_short }}{% endif %} : ${smsVisit}.{% if is_released_otherwise %} Sinon la place sera libérée.{% endif %} {% if confirm_url %}{{ confirm_url }}{% else %}{{ manage_url }}{% endif %}`,
    },
  },
  released: {
    email: {
      subject: keepSigns("Place libérée : {{ noun }} du {{ date }} à {{ time }}"),
      body: keepSigns(`# Votre place a été libérée

${greeting}

nous n’avons pas reçu votre confirmation{% if until %} (attendue avant le {{ until }}){% endif %}. Nous avons libéré la place pour d’autres personnes : cette visite n’est plus réservée.

${ownVisit}

${news}

${bookAgain}`),
    },
    sms: {
      text: `{{ administration }}. Sans confirmation de votre part, la place a été libérée : ${smsVisit}.${smsNews}${smsBook}`,
    },
  },
  follow_up: {
    email: {
      subject: keepSigns("Votre visite du {{ date }} : qu’en pensez-vous ?"),
      body: keepSigns(`# Comment s’est passée votre visite ?

${greeting}

merci de votre visite{% if date %} du {{ date }}{% endif %}. Une seule question nous aide à nous améliorer.

[Répondre à la question]({{ feedback_url }})

${optOut}`),
    },
    sms: {
      text: "{{ administration }}. Comment s'est passée votre visite du {{ date_short }} ? Une seule question : {{ feedback_url }}",
    },
  },
  waitlist_offer: {
    email: {
      subject: keepSigns("Place libre : {{ date }} à {{ time }}"),
      body: keepSigns(`# Une place s’est libérée

${greeting}

vous êtes sur la liste d’attente. Nous pouvons vous proposer cette place et la gardons pour vous jusqu’au {{ until }}.

${visit}

[Accepter la place]({{ offer_url }})

Sans réponse, la place sera proposée à quelqu’un d’autre.

{% if site_phone %}Vous pouvez aussi répondre par téléphone : {{ site_phone }}.{% endif %}`),
    },
    sms: {
      text: "{{ administration }}. Place libre pour vous : {{ date_short }} à {{ time }}{% if site %}, {{ site }}{% endif %}. À accepter avant le {{ until_short }} : {{ offer_url }}",
    },
  },
  waitlist_taken: {
    email: {
      subject: keepSigns("Place attribuée : {{ date }} à {{ time }}"),
      body: keepSigns(`# Cette fois, quelqu’un a été plus rapide

${greeting}

la place du {{ date }} à {{ time }} était proposée à plusieurs personnes à la fois, et une autre a répondu avant vous. Nous en sommes désolés.

Vous gardez votre rang sur la liste d’attente : dès qu’un autre horaire vous convient, nous vous écrivons.

[Voir la demande]({{ offer_url }})`),
    },
    sms: {
      text: "{{ administration }}. La place du {{ date_short }} à {{ time }} est allée à qui a répondu en premier. Vous gardez votre rang sur la liste d'attente : {{ offer_url }}",
    },
  },
  bulk_notice: {
    email: {
      subject: keepSigns("Avis : {{ noun }} du {{ date }} à {{ time }}"),
      body: keepSigns(`# Un avis concernant votre visite

${greeting}

{{ notice_text }}

${ownVisit}

[Voir, déplacer ou annuler]({{ manage_url }})
[Réserver de nouveau]({{ booking_url }})

{% if site_phone %}Pour toute question : {{ site_phone }}.{% endif %}`),
    },
    sms: {
      text: "{{ administration }} : {{ notice_text }}{% if date_short %} ({{ noun }} {{ date_short }} à {{ time }}){% endif %}{% if manage_url %} {{ manage_url }}{% endif %}",
    },
  },
  urgent_notice: {
    email: {
      subject: keepSigns("Urgent : {{ noun }} du {{ date }} à {{ time }}"),
      body: keepSigns(`# Avis urgent

{{ notice_text }}

${ownVisit}

[Voir, déplacer ou annuler]({{ manage_url }})
[Réserver de nouveau]({{ booking_url }})

{% if site_phone %}Pour toute question : {{ site_phone }}.{% endif %}`),
    },
    sms: {
      text: "{{ administration }}. URGENT : {{ notice_text }}{% if date_short %} ({{ noun }} {{ date_short }} à {{ time }}){% endif %}{% if manage_url %} {{ manage_url }}{% endif %}",
    },
  },
};
