package io.tiercel.functions.credential;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the verification of senders.
 *
 * @param tokens service account tokens; null if they are not verified
 * @param instances EC2 instance identity documents; null if they are not verified
 * @param clientCertificates whether a client certificate with exactly one DNS name proves the name of a host
 * @param required whether alerts of unverified senders are rejected
 */
public record IdentitySettings(
        @Nullable Tokens tokens, @Nullable Instances instances, boolean clientCertificates, boolean required) {
    /** Issuer of service account tokens: a URL, exactly as in the tokens. */
    public static final String ISSUER = "TIERCEL_IDENTITY_ISSUER";

    /** Audience of service account tokens. */
    public static final String AUDIENCE = "TIERCEL_IDENTITY_AUDIENCE";

    /** Service account of the sensors, {@code NAMESPACE/NAME}. */
    public static final String SERVICE_ACCOUNT = "TIERCEL_IDENTITY_SERVICE_ACCOUNT";

    /** Source of the issuer's keys: {@code issuer}, {@code kubernetes} or {@code file:/PATH}. */
    public static final String KEYS = "TIERCEL_IDENTITY_KEYS";

    /** File with the certificates that sign EC2 instance identity documents, PEM. */
    public static final String EC2_CERTIFICATES = "TIERCEL_IDENTITY_EC2_CERTIFICATES";

    /** AWS accounts of accepted EC2 instances, separated by commas. */
    public static final String EC2_ACCOUNTS = "TIERCEL_IDENTITY_EC2_ACCOUNTS";

    /**
     * Whether client certificates prove host names: {@code true} or {@code false}, the default. Set it only if each host has a
     * certificate of its own: a shared one with one DNS name would count as a host of that name.
     */
    public static final String CLIENT_CERTIFICATES = "TIERCEL_IDENTITY_CLIENT_CERTIFICATES";

    /** Whether alerts of unverified senders are rejected: {@code true} or {@code false}, the default. */
    public static final String REQUIRED = "TIERCEL_IDENTITY_REQUIRED";

    /** Default of {@link #AUDIENCE}. */
    public static final String DEFAULT_AUDIENCE = "tiercel";

    /** Default of {@link #SERVICE_ACCOUNT}. */
    public static final String DEFAULT_SERVICE_ACCOUNT = "tiercel/tiercel-sensor";

    /** No verification. */
    public static final IdentitySettings NONE = new IdentitySettings(null, null, false, false);

    private static final int MAX_LENGTH = 1_024;
    private static final int MAX_ACCOUNTS = 100;
    private static final Pattern ACCOUNT_SEPARATOR = Pattern.compile("\\s*,\\s*");
    private static final Pattern ACCOUNT_ID = Pattern.compile("[0-9]{12}");
    private static final Pattern ACCOUNT_NAME =
            Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    /**
     * The settings for service account tokens.
     *
     * @param issuer required issuer; null for the one that the API server reports, with {@link KeyLocation.Cluster} only
     * @param audience required audience
     * @param namespace namespace of the required service account
     * @param serviceAccount name of the required service account
     * @param keys where the issuer's keys are
     */
    public record Tokens(
            @Nullable String issuer, String audience, String namespace, String serviceAccount, KeyLocation keys) {}

    /**
     * The settings for EC2 instance identity documents.
     *
     * @param certificates AWS's certificates, PEM
     * @param accounts ids of accepted accounts, 12 digits each; not empty
     */
    public record Instances(String certificates, List<String> accounts) {}

    /** Returns whether senders are verified. Otherwise all are unverified. */
    public boolean enabled() {
        return tokens != null || instances != null || clientCertificates;
    }

    /**
     * Parses the settings. Blank values count as unset.
     *
     * @param value returns the value of an environment variable, given its name
     * @param read reads a configuration file, given the name of the variable and the file's location; throws {@link
     *     IllegalArgumentException} if it cannot
     * @throws IllegalArgumentException if a setting is invalid; the message names the setting, the problem and a correction
     */
    public static IdentitySettings parse(Function<String, Optional<String>> value, BinaryOperator<String> read) {
        Function<String, Optional<String>> text =
                name -> value.apply(name).map(String::strip).filter(set -> !set.isEmpty());
        Tokens tokens = tokens(text);
        Instances instances = instances(text, read);
        boolean required = flag(text, REQUIRED, false);
        boolean clientCertificates = flag(text, CLIENT_CERTIFICATES, false);
        if (required && tokens == null && instances == null && !clientCertificates) {
            throw new IllegalArgumentException(REQUIRED + " is true, but no credential is verified: set " + ISSUER
                    + ", " + EC2_CERTIFICATES + " or " + CLIENT_CERTIFICATES);
        }
        return new IdentitySettings(tokens, instances, clientCertificates, required);
    }

    private static @Nullable Tokens tokens(Function<String, Optional<String>> value) {
        KeyLocation keys = KeyLocation.parse(value.apply(KEYS).orElse(KeyLocation.ISSUER));
        String issuer = value.apply(ISSUER).orElse(null);
        if (issuer == null) {
            if (keys instanceof KeyLocation.File) {
                throw new IllegalArgumentException(KEYS + " is a file, but " + ISSUER
                        + " is not set: set it to the issuer in the cluster's tokens");
            }
            if (keys instanceof KeyLocation.Issuer) {
                return null;
            }
        } else {
            checkLength(ISSUER, issuer);
            if (keys instanceof KeyLocation.Issuer) {
                IssuerUrl.parse(ISSUER, issuer);
            }
        }
        String audience = value.apply(AUDIENCE).orElse(DEFAULT_AUDIENCE);
        checkLength(AUDIENCE, audience);
        String account = value.apply(SERVICE_ACCOUNT).orElse(DEFAULT_SERVICE_ACCOUNT);
        if (!ACCOUNT_NAME.matcher(account).matches()) {
            throw new IllegalArgumentException(SERVICE_ACCOUNT
                    + " is not a service account: use NAMESPACE/NAME, for example " + DEFAULT_SERVICE_ACCOUNT);
        }
        int slash = account.indexOf('/');
        return new Tokens(issuer, audience, account.substring(0, slash), account.substring(slash + 1), keys);
    }

    private static void checkLength(String name, String value) {
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    name + " has " + value.length() + " characters: the maximum is " + MAX_LENGTH);
        }
    }

    private static @Nullable Instances instances(
            Function<String, Optional<String>> value, BinaryOperator<String> read) {
        Optional<String> certificates = value.apply(EC2_CERTIFICATES);
        Optional<String> accounts = value.apply(EC2_ACCOUNTS);
        if (certificates.isEmpty() && accounts.isEmpty()) {
            return null;
        }
        if (certificates.isEmpty() || accounts.isEmpty()) {
            throw new IllegalArgumentException((certificates.isEmpty() ? EC2_CERTIFICATES : EC2_ACCOUNTS)
                    + " is not set: EC2 instance identity needs both " + EC2_CERTIFICATES + " and " + EC2_ACCOUNTS);
        }
        return new Instances(read.apply(EC2_CERTIFICATES, certificates.get()), accounts(accounts.get()));
    }

    private static List<String> accounts(String value) {
        List<String> accounts = Stream.of(ACCOUNT_SEPARATOR.split(value, MAX_ACCOUNTS + 2))
                .filter(account -> !account.isEmpty())
                .distinct()
                .toList();
        if (accounts.isEmpty()
                || accounts.size() > MAX_ACCOUNTS
                || !accounts.stream().allMatch(ACCOUNT_ID.asMatchPredicate())) {
            throw new IllegalArgumentException(EC2_ACCOUNTS + " is not a list of 1 to " + MAX_ACCOUNTS
                    + " account ids: use 12 digits each, separated by commas, for example 111122223333");
        }
        return accounts;
    }

    private static boolean flag(Function<String, Optional<String>> value, String name, boolean whenUnset) {
        Optional<String> set = value.apply(name);
        return switch (set.orElse(Boolean.toString(whenUnset)).toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(name + " is neither true nor false: use one of them");
        };
    }
}
