package io.tiercel.functions.notify.template;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How values are written into a document, so that no value can leave its place. */
enum Escaping {
    /** The inside of a JSON string. Lists and maps become JSON values. */
    JSON {
        @Override
        String text(String text) {
            // A line separator is valid in JSON, but ends a line of JavaScript.
            return String.valueOf(JsonStringEncoder.getInstance().quoteAsString(SafeText.wellFormed(text)))
                    .replace("\u2028", "\\u2028")
                    .replace("\u2029", "\\u2029");
        }
    },
    /** A value of a form, or a part of an address: percent-encoded. */
    URL {
        @Override
        String text(String text) {
            if (text.equals(".") || text.equals("..")) {
                // The name of another folder.
                return text.replace(".", "%2E");
            }
            return URLEncoder.encode(SafeText.wellFormed(text), StandardCharsets.UTF_8)
                    .replace("+", "%20");
        }
    },
    /** The content of an XML element or attribute. */
    XML {
        @Override
        String text(String text) {
            return SafeText.oneLine(text)
                    .replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replace("\"", "&quot;")
                    .replace("'", "&#39;");
        }
    },
    /** One line of plain text. */
    TEXT {
        @Override
        String text(String text) {
            return SafeText.oneLine(text);
        }
    };

    private static final Set<String> XML_TYPES = Set.of("application/xml", "text/xml", "text/html");

    /** Returns the text in escaped form. */
    abstract String text(String text);

    /** Returns a value of the model in escaped form; an empty text for null. */
    String value(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text(text);
            case BigDecimal number -> number.toPlainString();
            case Boolean flag -> flag.toString();
            case List<?> list -> structure(list);
            case Map<?, ?> map -> structure(map);
            default -> text(value.toString());
        };
    }

    private String structure(Object value) {
        String json = Json.write(value);
        return this == JSON ? json : text(json);
    }

    /** Returns the escaping of a content type; empty if none is known that is safe. */
    static Optional<Escaping> of(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (type.equals("application/json") || type.endsWith("+json")) {
            return Optional.of(JSON);
        }
        if (type.equals("application/x-www-form-urlencoded")) {
            return Optional.of(URL);
        }
        if (XML_TYPES.contains(type) || type.endsWith("+xml")) {
            return Optional.of(XML);
        }
        return type.equals("text/plain") ? Optional.of(TEXT) : Optional.empty();
    }
}
