import { expect, test } from "vitest";
import {
  isLocalEndTime,
  isLocalTime,
  minutesOfTime,
  timeOfMinutes,
  toLocalEndTime,
  toLocalTime,
} from "./local-time.ts";

test("only HH:MM between 00:00 and 23:59 is a time, and 24:00 only as an end", () => {
  expect(["00:00", "09:05", "23:59"].every(isLocalTime)).toBe(true);
  const refused = ["24:00", "24:01", "9:00", "09:60", "-1:00", "09:00:00", "09:00\n", "٠٩:٠٠", ""];
  expect(refused.filter(isLocalTime)).toEqual([]);
  expect(refused.filter(isLocalEndTime)).toEqual(["24:00"]);
  expect(() => toLocalTime("24:00")).toThrow(RangeError);
  expect(() => toLocalEndTime("24:30")).toThrow(RangeError);
});

test("every minute of the day has one written form", () => {
  const minutes = Array.from({ length: 1_440 }, (_, minute) => minute);
  expect(minutes.map((minute) => minutesOfTime(timeOfMinutes(minute)))).toEqual(minutes);
  expect(minutesOfTime("24:00")).toBe(1_440);
  expect(() => timeOfMinutes(1_440)).toThrow(RangeError);
  expect(() => timeOfMinutes(0.5)).toThrow(RangeError);
});
