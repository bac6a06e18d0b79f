package io.tiercel.rules.load;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A semantic version. A pre-release or build suffix is accepted but ignored in comparisons. */
public record SemanticVersion(int major, int minor, int patch) {
    private static final Pattern SYNTAX =
            Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})(?:[-+][0-9A-Za-z.+-]+)?");

    /** Parses {@code x.y.z} with an optional suffix. Returns an empty result for other text. */
    public static Optional<SemanticVersion> parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new SemanticVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3))));
    }

    /** Returns whether this version is compatible with {@code required}: same major version, and not older. */
    public boolean satisfies(SemanticVersion required) {
        return major == required.major
                && (minor > required.minor || (minor == required.minor && patch >= required.patch));
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
