package io.lagwise.history;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;

/** What an instance in a process of its own did and saw, on its way to the process that judges; it does not judge itself. */
final class Report extends History {
    private static final int MOST_WORDS = 2000;

    private enum Kind {
        COMMIT,
        READ,
        VIOLATION,
        TIME
    }

    private final DataOutputStream out;

    Report(Socket socket) throws IOException {
        this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }

    @Override
    void acknowledge(Object instance, int counter, long number) {
        // Stamped as it is sent: what was stamped before a time that was told is on its way before that.
        tell(Kind.COMMIT, counter, number, 0, "");
    }

    @Override
    void read(int counter, long number, Before before, String how) {
        tell(Kind.READ, counter, number, before.at(), how);
    }

    @Override
    void violate(String violation) {
        tell(Kind.VIOLATION, 0, 0, 0, violation);
    }

    /** Tells that all was told until now. */
    void time() {
        tell(Kind.TIME, 0, 0, 0, "");
    }

    private synchronized void tell(Kind kind, int counter, long number, long began, String how) {
        try {
            out.writeByte(kind.ordinal());
            out.writeInt(counter);
            out.writeLong(number);
            out.writeLong(kind == Kind.READ ? began : System.nanoTime());
            out.writeUTF(how.substring(0, Math.min(how.length(), MOST_WORDS)));
            if (kind == Kind.TIME) {
                out.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hears one piece of a report. */
    static void hear(DataInputStream in, Object process, JointHistory history) throws IOException {
        Kind kind = Kind.values()[in.readByte()];
        int counter = in.readInt();
        long number = in.readLong();
        long at = in.readLong();
        String how = in.readUTF();
        switch (kind) {
            case COMMIT -> history.commit(counter, number, at);
            case READ -> history.read(counter, number, at, how);
            case VIOLATION -> history.violate(how);
            case TIME -> history.heard(process, at);
        }
    }
}
