package io.tiercel.functions.privacy;

import io.tiercel.functions.intake.FutureTimes;
import java.util.List;
import java.util.Set;

/**
 * The settings of data protection.
 *
 * @param fields patterns of fields whose values are redacted
 * @param secrets whether values that look like secrets are redacted
 * @param keep patterns of fields that are not searched for secrets
 * @param retention how long each kind of record is kept
 */
public record PrivacySettings(List<String> fields, boolean secrets, List<String> keep, Retention retention) {
    /** The default settings. */
    public static final PrivacySettings DEFAULT = new PrivacySettings(List.of(), true, List.of(), Retention.DEFAULT);

    /** Fields that identify targets and count alerts. They cannot be redacted, and are not searched for secrets. */
    static final Set<String> IDENTIFYING = Set.of(
            "container.id",
            "container.image.repository",
            "container.name",
            "ec2.instance.id",
            "evt.hostname",
            "k8s.node.name",
            "k8s.ns.name",
            "k8s.pod.name",
            "k8s.pod.uid",
            "tiercel.count",
            "tiercel.last_time",
            FutureTimes.REPORTED_TIME);

    /** Returns whether the field is redacted. */
    boolean redacts(String field) {
        return !IDENTIFYING.contains(field) && matches(fields, field);
    }

    /** Returns whether the field is searched for secrets. */
    boolean scans(String field) {
        return !IDENTIFYING.contains(field) && !matches(keep, field);
    }

    /** A pattern matches a field with any argument, and one that ends with {@code .*} all fields with this prefix. */
    static boolean matches(String pattern, String field) {
        return pattern.endsWith(".*")
                ? field.startsWith(pattern.substring(0, pattern.length() - 1))
                : field.startsWith(pattern)
                        && (field.length() == pattern.length() || field.charAt(pattern.length()) == '[');
    }

    private static boolean matches(List<String> patterns, String field) {
        for (String pattern : patterns) {
            if (matches(pattern, field)) {
                return true;
            }
        }
        return false;
    }
}
