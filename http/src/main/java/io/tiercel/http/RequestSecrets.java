package io.tiercel.http;

import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The parts of a request that may be secret. Some servers repeat them in their error pages. */
final class RequestSecrets {
    private static final String REPLACEMENT = "[redacted]";

    /** Shorter texts occur by chance. */
    private static final int MIN_LENGTH = 8;

    private final List<String> texts;

    private RequestSecrets(List<String> texts) {
        this.texts = texts;
    }

    /** Returns the path and the query, also their parts, and the words of the headers. */
    static RequestSecrets of(OutboundRequest request) {
        URI address = request.address();
        Stream<String> parts = Stream.of(
                        address.getRawPath(), address.getPath(), address.getRawQuery(), address.getQuery())
                .filter(Objects::nonNull)
                .flatMap(part -> Stream.concat(Stream.of(part), Arrays.stream(part.split("[/&=]", -1))));
        Stream<String> values = request.headers().entrySet().stream()
                .filter(header -> !header.getKey().equalsIgnoreCase("Content-Type"))
                .map(Map.Entry::getValue)
                .flatMap(value -> Stream.concat(Stream.of(value), Arrays.stream(value.split(" ", -1))));
        return new RequestSecrets(Stream.concat(parts, values)
                .filter(text -> text.length() >= MIN_LENGTH)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
    }

    /** Returns the text without them. */
    String redact(String text) {
        String clean = text;
        for (String secret : texts) {
            clean = clean.replace(secret, REPLACEMENT);
        }
        return clean;
    }
}
