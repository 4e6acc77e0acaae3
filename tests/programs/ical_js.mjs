// Reads invites as Thunderbird and Nextcloud do: JSON list of base64 calendars in;
// of each, JSON list of what was understood of its events out.
// node ical_js.mjs FOLDER_OF_ICAL_JS < calendars.json
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const ICAL = (await import(pathToFileURL(`${process.argv[2]}/dist/ical.js`).href)).default;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const MOST = 500; // occurrences of one series: more is a mistake

const instant = (time) => (time.isDate ? time.toString() : time.toJSDate().toISOString());
const plain = (value) => (value instanceof ICAL.Time ? instant(value) : String(value));

function readAll(raw) {
  const calendar = new ICAL.Component(ICAL.parse(utf8.decode(Buffer.from(raw, "base64"))));
  const groups = new Map();
  for (const event of calendar.getAllSubcomponents("vevent")) {
    const uid = event.getFirstPropertyValue("uid");
    groups.set(uid, [...(groups.get(uid) ?? []), event]);
  }
  return [...groups.values()].map((events) => read(calendar, events));
}

function read(calendar, events) {
  const master = events.find((one) => !one.hasProperty("recurrence-id"));
  const fields = {};
  for (const name of ["uid", "sequence", "dtstamp", "dtstart", "dtend", "summary", "location", "description", "status"]) {
    if (master.hasProperty(name)) fields[name.toUpperCase()] = plain(master.getFirstPropertyValue(name));
  }
  const people = master.getAllProperties("attendee").map((one) => [
    one.getFirstValue(), one.getParameter("role") ?? "", one.getParameter("partstat") ?? "", one.getParameter("cn") ?? "",
  ]);
  const event = new ICAL.Event(master, { exceptions: events.filter((one) => one !== master), strictExceptions: true });
  const instants = [];
  if (event.isRecurring()) {
    const dates = event.iterator();
    for (let next = dates.next(); next && instants.length < MOST; next = dates.next()) {
      const found = event.getOccurrenceDetails(next);
      instants.push([instant(found.startDate), instant(found.endDate)]);
    }
  } else {
    instants.push([instant(event.startDate), instant(event.endDate)]);
  }
  return {
    method: calendar.getFirstPropertyValue("method") ?? "",
    organiser: master.getFirstPropertyValue("organizer") ?? "",
    alarms: master.getAllSubcomponents("valarm").length,
    fields, people, instants,
  };
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(readAll)));
