package io.tiercel.release;

/** A processor architecture, with the names that packages give it. */
enum Architecture {
    amd64("amd64", "x86_64"),
    arm64("arm64", "aarch64"),
    /** For packages without programs of one architecture. */
    all("all", "noarch");

    private final String debian;
    private final String rpm;

    Architecture(String debian, String rpm) {
        this.debian = debian;
        this.rpm = rpm;
    }

    String debian() {
        return debian;
    }

    String rpm() {
        return rpm;
    }
}
