package io.lagwise.testkit;

/** The arithmetic of positions in PostgreSQL's log. */
final class LogPosition {
    static final String SEGMENT_SIZE = "SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'";

    private static final int PAGE_SIZE = 8192;
    private static final int PAGE_HEADER = 24;
    private static final int SEGMENT_HEADER = 40;

    private LogPosition() {}

    static long withoutPageHeader(long position, long segmentSize) {
        if (position % segmentSize == SEGMENT_HEADER) {
            return position - SEGMENT_HEADER;
        }
        return position % PAGE_SIZE == PAGE_HEADER ? position - PAGE_HEADER : position;
    }
}
