// Conditions that are one click away: { key of its text, what is filled into it, condition, how }.

const COUNTRIES = ["DE", "AT", "CH"];
const DAYS = 14;

const isIn = ({ partner, cohortId }) => ({ partner_cohort: { partner, comparison: "includes_value", value: cohortId } });

/** `cohort` is the one that was applied last, if any. */
export const startingPoints = (cohort) => [
  ...(cohort ? [{ key: "start_cohort", fill: [cohort.partner, cohort.name], condition: isIn(cohort), how: "AND" }] : []),
  {
    key: "start_country",
    fill: [COUNTRIES.join(", ")],
    condition: { default_attribute: { attribute_name: "country", comparison: "is_any_of", value: COUNTRIES } },
    how: "AND",
  },
  { key: "start_used", fill: [DAYS], condition: { last_used_app: { comparison: "less_than_x_days_ago", value: DAYS } }, how: "AND" },
  { key: "start_subscribed", fill: [], condition: { email_subscription_status: { comparison: "is_not", value: "unsubscribed" } }, how: "AND" },
  ...(cohort ? [{ key: "start_excluded", fill: [cohort.partner, cohort.name], condition: isIn(cohort), how: "NOT" }] : []),
];
