import type { ShippedTemplates } from "./shipped.ts";

const greeting = "Hello{% if first_name %} {{ first_name }}{% endif %},";

const visit = `When :: {{ date }}, {{ time_range }}
Where :: {{ site }}
Address :: {{ site_address }}
Service :: {{ service }}`;

const ownVisit = `${visit}
People :: {{ party }}
Reference :: {{ reference }}`;

const papers = `{% if documents %}
## What to bring
{% for document in documents %}
- {{ document }}
{% endfor %}
{% endif %}
{% if fees %}
## What to pay
{% for fee in fees %}
- {{ fee }}
{% endfor %}
{% if fees_total %}
In total: {{ fees_total }}
{% endif %}
{% endif %}
{% if directions %}
## How to get there
{{ directions }}
{% endif %}
{% if late_note %}
## If you are late
{{ late_note }}
{% endif %}`;

const otherPlans = `## If your plans change
If you cannot come, please move or cancel: somebody else needs the place.{% if cancel_until %} You can do so online until {{ cancel_until }}.{% endif %}

[See, move or cancel]({{ manage_url }})

{% if site_phone %}You can also call us: {{ site_phone }}.{% endif %}`;

const news = `{% if reason_text %}Reason: {{ reason_text }}{% endif %}

{{ notice_text }}`;

const bookAgain = `[Book again]({{ booking_url }})

{% if site_phone %}You can also book by telephone: {{ site_phone }}.{% endif %}`;

const optOut = `{% if opt_out_url %}To receive no more reminders about this visit: {{ opt_out_url }}{% endif %}`;

const smsVisit = "{{ noun }} {{ date_short }}, {{ time }}{% if site %}, {{ site }}{% endif %}";
const smsManage = "{% if manage_url %} To move or cancel: {{ manage_url }}{% endif %}";
const smsNews =
  "{% if reason_text %} Reason: {{ reason_text }}{% endif %}{% if notice_text %} {{ notice_text }}{% endif %}";
const smsBook = "{% if booking_url %} To book again: {{ booking_url }}{% endif %}";

/** English texts. */
export const enTemplates: ShippedTemplates = {
  confirmation: {
    email: {
      subject: "Confirmed: {{ noun }} on {{ date }} at {{ time }}",
      body: `# Your {{ noun }} is confirmed

${greeting}

We have booked for you:

${ownVisit}

${papers}

${otherPlans}`,
    },
    sms: {
      text: `{{ administration }}. Confirmed: ${smsVisit}.{% if reference %} Reference {{ reference }}.{% endif %}${smsManage}`,
    },
  },
  change: {
    email: {
      subject: "Changed: {{ noun }} on {{ date }} at {{ time }}",
      body: `# Your {{ noun }} has changed

${greeting}

{% if is_by_citizen %}We have made the change you asked for.{% else %}We had to make a change and apologise for it.{% endif %} This is what holds now:

${ownVisit}
{% if old_date %}
Before :: {{ old_date }}{% if old_time %}, {{ old_time }}{% endif %}{% if old_site %}, {{ old_site }}{% endif %}
{% endif %}

${news}

${papers}

${otherPlans}`,
    },
    sms: {
      text: `{{ administration }}. Changed, now: ${smsVisit}{% if old_date_short %} (before: {{ old_date_short }}{% if old_time %}, {{ old_time }}{% endif %}){% endif %}.${smsNews}${smsManage}`,
    },
  },
  cancellation: {
    email: {
      subject: "Cancelled: {{ noun }} on {{ date }} at {{ time }}",
      body: `# Your {{ noun }} is cancelled

${greeting}

{% if is_by_citizen %}We have cancelled it as you asked. You need not do anything else.{% else %}We had to cancel it and apologise. Please do not come: we could not receive you.{% endif %}

${ownVisit}

${news}

${bookAgain}`,
    },
    sms: {
      text: `{{ administration }}. {% if is_by_citizen %}Cancelled as you asked{% else %}CANCELLED by us{% endif %}: ${smsVisit}.${smsNews}${smsBook}`,
    },
  },
  reminder: {
    email: {
      subject: "Reminder: {{ noun }} on {{ date }} at {{ time }}",
      body: `# Reminder of your {{ noun }}

${greeting}

We expect you:

${ownVisit}

${papers}

## If you cannot come
Please tell us right away: somebody else needs the place.{% if cancel_until %} You can cancel online until {{ cancel_until }}.{% endif %}

[Cancel]({{ cancel_url }})
[Move]({{ move_url }})
{% unless cancel_url %}
[See, move or cancel]({{ manage_url }})
{% endunless %}

{% if site_phone %}You can also call us: {{ site_phone }}.{% endif %}

${optOut}`,
    },
    sms: {
      text: `{{ administration }}. Reminder: ${smsVisit}.{% if cancel_url %} Cannot come? Cancel: {{ cancel_url }}{% else %}${smsManage}{% endif %}`,
    },
  },
  please_confirm: {
    email: {
      subject: "Please confirm: {{ noun }} on {{ date }} at {{ time }}",
      body: `# Are you coming?

${greeting}

Please confirm{% if until %} by {{ until }}{% endif %} that you are coming.{% if is_released_otherwise %} Without your confirmation we give the place to somebody else.{% endif %}

${ownVisit}

[Yes, I am coming]({{ confirm_url }})
[No, cancel]({{ cancel_url }})
{% unless confirm_url %}
[Confirm or cancel]({{ manage_url }})
{% endunless %}

{% if site_phone %}You can also answer by telephone: {{ site_phone }}.{% endif %}

${papers}

${optOut}`,
    },
    sms: {
      text: `{{ administration }}. Please confirm{% if until_short %} by {{ until_short }}{% endif %}: ${smsVisit}.{% if is_released_otherwise %} Otherwise the place is released.{% endif %} {% if confirm_url %}{{ confirm_url }}{% else %}{{ manage_url }}{% endif %}`,
    },
  },
  released: {
    email: {
      subject: "Place released: {{ noun }} on {{ date }} at {{ time }}",
      body: `# Your place was released

${greeting}

We did not receive your confirmation{% if until %} by {{ until }}{% endif %}. We released the place for others: this visit is no longer booked.

${ownVisit}

${news}

${bookAgain}`,
    },
    sms: {
      text: `{{ administration }}. Without your confirmation the place was released: ${smsVisit}.${smsNews}${smsBook}`,
    },
  },
  follow_up: {
    email: {
      subject: "Your visit on {{ date }}: how was it?",
      body: `# How was your visit?

${greeting}

Thank you for your visit{% if date %} on {{ date }}{% endif %}. A single question helps us to improve.

[Answer the question]({{ feedback_url }})

${optOut}`,
    },
    sms: {
      text: "{{ administration }}. How was your visit on {{ date_short }}? Just one question: {{ feedback_url }}",
    },
  },
  waitlist_offer: {
    email: {
      subject: "Free place: {{ date }} at {{ time }}",
      body: `# A place has become free

${greeting}

You are on the waiting list. We can offer you this place and keep it for you until {{ until }}.

${visit}

[Take the place]({{ offer_url }})

Without an answer we offer the place to somebody else.

{% if site_phone %}You can also answer by telephone: {{ site_phone }}.{% endif %}`,
    },
    sms: {
      text: "{{ administration }}. A place is free for you: {{ date_short }}, {{ time }}{% if site %}, {{ site }}{% endif %}. Take it by {{ until_short }}: {{ offer_url }}",
    },
  },
  waitlist_taken: {
    email: {
      subject: "Place taken: {{ date }} at {{ time }}",
      body: `# Somebody else was faster this time

${greeting}

The place on {{ date }} at {{ time }} was offered to several people at once, and somebody answered before you. We are sorry.

You keep your place on the waiting list: as soon as another time that suits you becomes free, we write to you.

[See what you wait for]({{ offer_url }})`,
    },
    sms: {
      text: "{{ administration }}. The place on {{ date_short }}, {{ time }} went to whoever answered first. You keep your place on the waiting list: {{ offer_url }}",
    },
  },
  bulk_notice: {
    email: {
      subject: "Notice: {{ noun }} on {{ date }} at {{ time }}",
      body: `# A notice about your visit

${greeting}

{{ notice_text }}

${ownVisit}

[See, move or cancel]({{ manage_url }})
[Book again]({{ booking_url }})

{% if site_phone %}For questions: {{ site_phone }}.{% endif %}`,
    },
    sms: {
      text: "{{ administration }}: {{ notice_text }}{% if date_short %} ({{ noun }} {{ date_short }}, {{ time }}){% endif %}{% if manage_url %} {{ manage_url }}{% endif %}",
    },
  },
  urgent_notice: {
    email: {
      subject: "Urgent: {{ noun }} on {{ date }} at {{ time }}",
      body: `# Urgent notice

{{ notice_text }}

${ownVisit}

[See, move or cancel]({{ manage_url }})
[Book again]({{ booking_url }})

{% if site_phone %}For questions: {{ site_phone }}.{% endif %}`,
    },
    sms: {
      text: "{{ administration }}. URGENT: {{ notice_text }}{% if date_short %} ({{ noun }} {{ date_short }}, {{ time }}){% endif %}{% if manage_url %} {{ manage_url }}{% endif %}",
    },
  },
};
