// The hours of a rule, such as `!mon-fri 08:00-16:00`, by the city's own clock.
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export function localTime(at, timeZone) {
  const wanted = { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = new Intl.DateTimeFormat("en-GB", wanted).formatToParts(at);
  const of = (type) => parts.find((part) => part.type === type).value;
  return { day: DAYS.indexOf(of("weekday").toLowerCase()), clock: `${of("hour")}:${of("minute")}` };
}

export function within(hours, { day, clock }) {
  const [days, span] = hours.replace(/^!\s*/, "").trim().split(/\s+/);
  const onDay = days.toLowerCase().split(",").some((part) => {
    const [first, last = first] = part.split("-").map((name) => DAYS.indexOf(name));
    return last >= first ? day >= first && day <= last : day >= first || day <= last;
  });
  const [opens, closes] = span?.split("-") ?? ["00:00", "24:00"];
  return (onDay && clock >= opens && clock < closes) !== hours.startsWith("!");
}
