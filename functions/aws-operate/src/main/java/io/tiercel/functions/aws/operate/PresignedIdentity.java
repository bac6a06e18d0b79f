package io.tiercel.functions.aws.operate;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A presigned request {@code GetCallerIdentity} for STS. Only the owner of the credentials can sign it. It contains no secret key, but
 * proves the owner's identity until it expires. Therefore {@link #toString} does not contain it.
 *
 * <p>It names the function that it is meant for in a signed header. A request that was signed for another function, or another service
 * that uses the same kind of proof, is rejected.
 *
 * @param url the checked address. STS has not checked the signature yet
 */
record PresignedIdentity(URI url) {
    /** The header that names the function. */
    static final String FUNCTION_HEADER = "x-tiercel-function";

    /** The time for which a proof is accepted. */
    static final Duration MAX_AGE = Duration.ofSeconds(60);

    /** How far the clock of the caller may be ahead. */
    static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofSeconds(30);

    private static final int MAX_CHARACTERS = 8192;

    /** The endpoints of STS, in the partitions {@code aws}, {@code aws-us-gov} and {@code aws-cn}. */
    private static final Pattern HOST = Pattern.compile(
            "sts\\.amazonaws\\.com|sts\\.[a-z]{2}(?:-[a-z]{1,16}){1,3}-[0-9]{1,2}\\.amazonaws\\.com(?:\\.cn)?");

    /** Fewer characters than URLs may have, so that every reader splits the query in the same way. */
    private static final Pattern QUERY = Pattern.compile("[A-Za-z0-9%/._~=&-]+");

    private static final Pattern CREDENTIAL =
            Pattern.compile("[A-Z0-9]{16,128}/[0-9]{8}/[a-z0-9-]{1,32}/sts/aws4_request");
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

    private static final Map<String, String> FIXED = Map.of(
            "Action",
            "GetCallerIdentity",
            "Version",
            "2011-06-15",
            "X-Amz-Algorithm",
            "AWS4-HMAC-SHA256",
            "X-Amz-SignedHeaders",
            "host;" + FUNCTION_HEADER);

    private static final Set<String> REQUIRED = Set.of("X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature");
    private static final Set<String> OPTIONAL = Set.of("X-Amz-Expires", "X-Amz-Security-Token");

    /**
     * Checks the member {@code identity} of a request.
     *
     * @param function name of this function
     * @throws IdentityRejected if it is not a recent proof for this function
     */
    static PresignedIdentity parse(JsonNode identity, String function, Instant now) throws IdentityRejected {
        requireMembers(identity, Set.of("url", "headers"), "identity");
        JsonNode headers = identity.path("headers");
        requireMembers(headers, Set.of(FUNCTION_HEADER), "identity.headers");
        if (!function.equals(headers.path(FUNCTION_HEADER).textValue())) {
            throw new IdentityRejected("identity.headers: " + FUNCTION_HEADER + " must be the name of this function");
        }
        URI url = url(identity.path("url").textValue());
        requireRecent(parameters(url), now);
        return new PresignedIdentity(url);
    }

    private static void requireMembers(JsonNode node, Set<String> allowed, String name) throws IdentityRejected {
        if (!node.isObject() || node.properties().stream().anyMatch(member -> !allowed.contains(member.getKey()))) {
            throw new IdentityRejected(name + " must be an object with only the members "
                    + String.join(", ", allowed.stream().sorted().toList()));
        }
    }

    private static URI url(@Nullable String text) throws IdentityRejected {
        if (text == null || text.length() > MAX_CHARACTERS) {
            throw new IdentityRejected("identity.url must be a text of at most " + MAX_CHARACTERS + " characters");
        }
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            // The exception contains the URL.
            throw new IdentityRejected("identity.url is not a valid URL");
        }
        boolean plain = url.getRawUserInfo() == null
                && url.getRawFragment() == null
                && url.getPort() == -1
                && ("/".equals(url.getRawPath()) || "".equals(url.getRawPath()));
        if (!"https".equals(url.getScheme())
                || url.getHost() == null
                || !HOST.matcher(url.getHost()).matches()
                || !url.getHost().equals(url.getRawAuthority())
                || !plain) {
            throw new IdentityRejected("identity.url must be a presigned request to an endpoint of STS,"
                    + " https://sts.REGION.amazonaws.com/");
        }
        return url;
    }

    private static Map<String, String> parameters(URI url) throws IdentityRejected {
        String query = url.getRawQuery();
        if (query == null || !QUERY.matcher(query).matches()) {
            throw new IdentityRejected("identity.url has a query that is not valid");
        }
        Map<String, String> parameters = new HashMap<>();
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (!FIXED.containsKey(name) && !REQUIRED.contains(name) && !OPTIONAL.contains(name)) {
                throw new IdentityRejected("identity.url has a parameter that GetCallerIdentity does not need");
            }
            if (parameters.put(name, decoded(part.substring(equals + 1))) != null) {
                throw new IdentityRejected("identity.url has a parameter twice");
            }
        }
        for (Map.Entry<String, String> fixed : FIXED.entrySet()) {
            if (!fixed.getValue().equals(parameters.get(fixed.getKey()))) {
                throw new IdentityRejected("identity.url must have " + fixed.getKey() + "=" + fixed.getValue());
            }
        }
        if (!parameters.keySet().containsAll(REQUIRED)
                || !CREDENTIAL
                        .matcher(parameters.getOrDefault("X-Amz-Credential", ""))
                        .matches()) {
            throw new IdentityRejected("identity.url must have X-Amz-Credential, X-Amz-Date and X-Amz-Signature");
        }
        return parameters;
    }

    private static String decoded(String value) throws IdentityRejected {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IdentityRejected("identity.url has a query that is not valid");
        }
    }

    private static void requireRecent(Map<String, String> parameters, Instant now) throws IdentityRejected {
        Instant signed;
        try {
            signed = LocalDateTime.parse(parameters.getOrDefault("X-Amz-Date", ""), DATE)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new IdentityRejected("identity.url has an X-Amz-Date that is not valid");
        }
        if (signed.plus(MAX_AGE).isBefore(now)) {
            throw new IdentityRejected("identity.url was signed more than " + MAX_AGE.toSeconds()
                    + " seconds ago; sign a new request, and check the clock of the caller");
        }
        if (signed.minus(MAX_CLOCK_DIFFERENCE).isAfter(now)) {
            throw new IdentityRejected("identity.url was signed in the future; check the clock of the caller");
        }
    }

    @Override
    public String toString() {
        return "a presigned request for " + url.getHost();
    }
}
