package io.lagwise.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes a directory that is kept for all later starts, if it is not there yet.
 *
 * <p>It is made under another name and renamed when complete, so that several JVMs may do it at once.
 */
final class CachedDirectory {
    private CachedDirectory() {}

    static void make(Path target, Step step) throws IOException {
        if (Files.isDirectory(target)) {
            return;
        }
        Path unfinished = Files.createTempDirectory(target.getParent(), ".unfinished-");
        try {
            Path product = unfinished.resolve("product");
            Directories.makeReadable(unfinished);
            Directories.createReadable(product);
            step.into(product);
            rename(product, target);
        } finally {
            Directories.delete(unfinished);
        }
    }

    private static void rename(Path product, Path target) throws IOException {
        try {
            Files.move(product, target);
        } catch (IOException failure) {
            if (!Files.isDirectory(target)) {
                throw failure;
            }
            // Another JVM was faster; its product is as good as this one.
        }
    }

    /** Fills a new directory. */
    interface Step {
        void into(Path directory) throws IOException;
    }
}
