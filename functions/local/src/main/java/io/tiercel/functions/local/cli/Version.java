package io.tiercel.functions.local.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the functions, which a test compares with the build. */
public final class Version implements IVersionProvider {
    /** The version, such as {@code 1.2.3}. */
    static final String CURRENT = "0.2.0";

    @Override
    public String[] getVersion() {
        return new String[] {"tiercel " + CURRENT, "Java " + Runtime.version()};
    }
}
