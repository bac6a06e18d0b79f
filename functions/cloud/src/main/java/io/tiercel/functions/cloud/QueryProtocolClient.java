package io.tiercel.functions.cloud;

import io.tiercel.functions.cloud.SignedHttpClient.Answer;
import io.tiercel.functions.respond.action.ActionException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.SdkHttpMethod;

/**
 * A service with AWS's query protocol: parameters as a form, XML in answer (EC2, IAM, Auto Scaling, Elastic Load Balancing).
 */
public final class QueryProtocolClient {
    private static final Set<String> PASSING = Set.of(
            "RequestLimitExceeded",
            "Throttling",
            "ThrottlingException",
            "ServiceUnavailable",
            "Unavailable",
            "InternalError",
            "InternalFailure",
            "ServiceFailure",
            "RequestTimeout",
            "IncorrectInstanceState.Pending");

    private final SignedHttpClient http;
    private final String service;
    private final String version;
    private final boolean everywhere;

    /**
     * @param service name in its address and for signing
     * @param version of its API
     * @param everywhere whether it is global
     */
    public QueryProtocolClient(SignedHttpClient http, String service, String version, boolean everywhere) {
        this.http = http;
        this.service = service;
        this.version = version;
        this.everywhere = everywhere;
    }

    /** A call's parameters, in the flat form that the protocol has for lists. */
    public static final class Parameters {
        private final Map<String, String> values = new TreeMap<>();

        /** One parameter. */
        public Parameters put(String name, String value) {
            values.put(name, value);
            return this;
        }

        /** {@code name.1}, {@code name.2}, ... */
        public Parameters list(String name, List<String> texts) {
            for (int i = 0; i < texts.size(); i++) {
                values.put(name + "." + (i + 1), texts.get(i));
            }
            return this;
        }

        /** The next of EC2's filters. */
        public Parameters filter(String name, String value) {
            int number = 1;
            while (values.containsKey("Filter." + number + ".Name")) {
                number++;
            }
            return put("Filter." + number + ".Name", name).put("Filter." + number + ".Value.1", value);
        }
    }

    /**
     * Makes a call; the answer's root.
     *
     * @throws ActionException if the service refuses or does not answer; {@code ABSENT} if what it is about is not there
     */
    public XmlElement call(String action, Parameters parameters) {
        Parameters all = parameters.put("Action", action).put("Version", version);
        String body = all.values.entrySet().stream()
                .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                .collect(Collectors.joining("&"));
        URI place = everywhere ? http.global(service) : http.regional(service);
        Answer answer = http.call(
                service,
                everywhere,
                SdkHttpMethod.POST,
                place.resolve("/"),
                Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                body,
                refusal -> failure(action, refusal));
        return XmlElement.read(answer.body());
    }

    /** The code of a failure that this call led to; what it says is no success. */
    static String code(ActionException failure) {
        String message = failure.getMessage();
        int start = message.indexOf(": ") + 2;
        int end = message.indexOf(':', start);
        return start < 2 || end < 0 ? "" : message.substring(start, end);
    }

    private static ActionException failure(String action, Answer answer) {
        String code = "HTTP " + answer.status();
        String message = "";
        try {
            XmlElement root = XmlElement.read(answer.body());
            XmlElement error = root.all("Errors/Error").stream()
                    .findFirst()
                    .or(() -> root.all("Error").stream().findFirst())
                    .orElse(root);
            code = error.text("Code").orElse(code);
            message = error.text("Message").orElse("");
        } catch (ActionException e) {
            // A proxy's answer, say; its status is all that is known.
        }
        String text = action + ": " + code + ": " + message.substring(0, Math.min(message.length(), 200));
        if (PASSING.contains(code) || answer.status() >= 500) {
            return ActionException.forNow(text, null);
        }
        return code.endsWith("NotFound") || code.equals("NoSuchEntity") || code.endsWith(".Malformed")
                ? ActionException.absent(text)
                : ActionException.because(text);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
