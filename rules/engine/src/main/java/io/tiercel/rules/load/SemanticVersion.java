package io.tiercel.rules.load;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A semantic version; a pre-release suffix is accepted and does not take part in comparing. */
public record SemanticVersion(int major, int minor, int patch) {
    private static final Pattern SHAPE =
            Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})(?:[-+][0-9A-Za-z.+-]+)?");

    /** Reads {@code x.y.z} with an optional suffix; empty if it is not of this shape. */
    public static Optional<SemanticVersion> parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new SemanticVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3))));
    }

    /** Whether something of this version does what was asked of {@code required}: same major number, not older. */
    public boolean satisfies(SemanticVersion required) {
        return major == required.major
                && (minor > required.minor || (minor == required.minor && patch >= required.patch));
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
