package io.lagwise;

import java.util.Random;
import java.util.function.Predicate;

/** Bytes that are almost, or not at all, what was written; for whoever must read whatever it is given. */
public final class Mutants {
    private static final int COUNT = 200_000;
    private static final int LONGEST_NOISE = 200;

    private Mutants() {}

    /** Returns which share of very many mutants, always the same ones, is read for something. */
    public static double readable(byte[] written, Predicate<byte[]> reading) {
        Random random = new Random(written.length);
        int readable = 0;
        for (int i = 0; i < COUNT; i++) {
            byte[] mutant = i % 4 == 0 ? noise(random) : written.clone();
            for (int change = random.nextInt(1, 5); change > 0 && mutant.length > 0; change--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
            }
            readable += reading.test(mutant) ? 1 : 0;
        }
        return (double) readable / COUNT;
    }

    private static byte[] noise(Random random) {
        byte[] noise = new byte[random.nextInt(LONGEST_NOISE)];
        random.nextBytes(noise);
        return noise;
    }
}
