package io.lagwise.testkit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings that make a server start fast, replicate promptly and stay out of the way. */
record ServerSettings(Map<String, String> chosen) {
    private static final Map<String, String> DEFAULTS = defaults();

    /** All settings, the chosen ones before the defaults. */
    Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>(DEFAULTS);
        all.putAll(chosen);
        return all;
    }

    static String render(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> line(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining());
    }

    static String line(String name, String value) {
        return name + " = '" + value.replace("'", "''") + "'\n";
    }

    private static Map<String, String> defaults() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("max_connections", "200");
        settings.put("shared_buffers", "24MB");
        // Leaves nothing in shared memory when a server is killed.
        settings.put("dynamic_shared_memory_type", "mmap");
        settings.put("fsync", "off");
        settings.put("full_page_writes", "off");
        settings.put("wal_level", "logical");
        settings.put("max_wal_senders", "16");
        settings.put("max_replication_slots", "16");
        settings.put("wal_keep_size", "256MB");
        settings.put("max_wal_size", "256MB");
        settings.put("min_wal_size", "32MB");
        settings.put("hot_standby", "on");
        settings.put("hot_standby_feedback", "on");
        settings.put("max_standby_streaming_delay", "-1");
        settings.put("wal_receiver_status_interval", "1s");
        settings.put("wal_retrieve_retry_interval", "100ms");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        return settings;
    }
}
