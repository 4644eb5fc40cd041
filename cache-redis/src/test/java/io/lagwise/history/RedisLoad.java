package io.lagwise.history;

import io.lagwise.testkit.RedisServer;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Redis server has done since it was started, by its own count.
 *
 * @param scripts how many scripts it has run, each of them one round trip
 * @param bytesIn how much it was sent
 * @param bytesOut how much it has answered
 * @param cpuMicros for how long it has computed
 * @param scriptMicros for how long its scripts ran
 * @param at when it was asked, by {@link System#nanoTime()}
 */
record RedisLoad(long scripts, long bytesIn, long bytesOut, long cpuMicros, long scriptMicros, long at) {
    static RedisLoad of(RedisServer redis) {
        String stats = info(redis, "stats");
        String commands = info(redis, "commandstats");
        String cpu = info(redis, "cpu");
        return new RedisLoad(
                number(commands, "cmdstat_evalsha:calls=(\\d+)") + number(commands, "cmdstat_eval:calls=(\\d+)"),
                number(stats, "total_net_input_bytes:(\\d+)"),
                number(stats, "total_net_output_bytes:(\\d+)"),
                micros(cpu, "used_cpu_sys") + micros(cpu, "used_cpu_user"),
                number(commands, "cmdstat_evalsha:calls=\\d+,usec=(\\d+)"),
                System.nanoTime());
    }

    private static String info(RedisServer redis, String section) {
        return String.valueOf(redis.command("INFO", section));
    }

    private static long number(String info, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(info);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static long micros(String info, String name) {
        Matcher matcher = Pattern.compile(name + ":([\\d.]+)").matcher(info);
        return matcher.find() ? Math.round(Double.parseDouble(matcher.group(1)) * 1e6) : 0;
    }

    RedisLoad since(RedisLoad earlier) {
        return new RedisLoad(
                scripts - earlier.scripts,
                bytesIn - earlier.bytesIn,
                bytesOut - earlier.bytesOut,
                cpuMicros - earlier.cpuMicros,
                scriptMicros - earlier.scriptMicros,
                at - earlier.at);
    }

    RedisLoad without(RedisLoad other) {
        return new RedisLoad(
                scripts - other.scripts,
                bytesIn - other.bytesIn,
                bytesOut - other.bytesOut,
                cpuMicros - other.cpuMicros,
                scriptMicros - other.scriptMicros,
                at);
    }

    /** Returns how much of a number of this there is in a second, where this is a difference. */
    double perSecond(long number) {
        return number * (double) Duration.ofSeconds(1).toNanos() / at;
    }
}
