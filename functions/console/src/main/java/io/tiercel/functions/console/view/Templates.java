package io.tiercel.functions.console.view;

import io.quarkus.qute.CompletedStage;
import io.quarkus.qute.Engine;
import io.quarkus.qute.EvalContext;
import io.quarkus.qute.Expression;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.ResultMapper;
import io.quarkus.qute.Results;
import io.quarkus.qute.TemplateLocator;
import io.quarkus.qute.TemplateNode;
import io.quarkus.qute.UserTagSectionHelper;
import io.quarkus.qute.ValueResolver;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The templates of the pages. Every value is made visible and escaped when it is written; the engine has no way to write one without.
 * Templates are compiled on first use. It is thread-safe.
 */
public final class Templates {
    private static final int MAX_TEXT = 65_536;
    private static final int MAX_TIME = 40;
    private static final Pattern TIME =
            Pattern.compile("(\\d{4}-\\d{2}-\\d{2})T(\\d{2}:\\d{2}:\\d{2})(?:\\.\\d{1,9})?Z");

    private final Engine engine = Engine.builder()
            .addDefaults()
            .addSectionHelper(new UserTagSectionHelper.Factory("long", "long.html"))
            .addSectionHelper(new UserTagSectionHelper.Factory("time", "time.html"))
            .addSectionHelper(new UserTagSectionHelper.Factory("spark", "spark.html"))
            .addValueResolver(new TextResolver())
            .addValueResolver(new ReflectionValueResolver())
            .addLocator(Templates::locate)
            .addResultMapper(new VisibleAndEscaped())
            .strictRendering(true)
            .removeStandaloneLines(true)
            .build();

    /**
     * Renders a template.
     *
     * @param name name of the file without {@code .html}
     */
    public String render(String name, Map<String, Object> values) {
        var instance = engine.getTemplate(name + ".html").instance();
        values.forEach(instance::data);
        return instance.render();
    }

    private static Optional<TemplateLocator.TemplateLocation> locate(String name) {
        String file = name.endsWith(".html") ? name : name + ".html";
        try (InputStream stream =
                Templates.class.getResourceAsStream("/io/tiercel/functions/console/templates/" + file)) {
            if (stream == null) {
                return Optional.empty();
            }
            try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
                return Optional.of(new Text(reader.readAllAsString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Text(String content) implements TemplateLocator.TemplateLocation {
        @Override
        public Reader read() {
            return new StringReader(content);
        }

        @Override
        public Optional<Variant> getVariant() {
            return Optional.empty();
        }
    }

    /** Writes values. */
    private static final class VisibleAndEscaped implements ResultMapper {
        @Override
        public boolean appliesTo(TemplateNode.Origin origin, Object result) {
            return true;
        }

        @Override
        public String map(Object result, Expression expression) {
            String text = result instanceof Optional<?> optional
                    ? optional.map(Object::toString).orElse("")
                    : result.toString();
            if (result instanceof FormValue) {
                return Html.escape(text);
            }
            return Html.escape(VisibleText.of(cut(text, MAX_TEXT), result instanceof Lines));
        }
    }

    /** Cuts a text to a number of code points, and marks the cut. */
    static String cut(String text, int max) {
        if (text.codePointCount(0, text.length()) <= max) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, max)) + "…";
    }

    /** {@code text.cut(80)}, {@code text.exceeds(80)}, {@code text.size}, {@code text.empty} and {@code text.moment} in templates. */
    private static final class TextResolver implements ValueResolver {
        @Override
        public int getPriority() {
            return 10;
        }

        @Override
        public boolean appliesTo(EvalContext context) {
            return context.getBase() instanceof String;
        }

        @Override
        public CompletionStage<Object> resolve(EvalContext context) {
            String text = (String) context.getBase();
            if (context.getName().equals("size")) {
                return CompletedStage.of(text.codePointCount(0, text.length()));
            }
            if (context.getName().equals("empty")) {
                return CompletedStage.of(text.isEmpty());
            }
            if (context.getName().equals("moment")) {
                Matcher time = TIME.matcher(text);
                return CompletedStage.of(
                        time.matches() ? time.group(1) + " " + time.group(2) + " UTC" : cut(text, MAX_TIME));
            }
            if (context.getParams().size() != 1) {
                return Results.notFound(context);
            }
            return context.evaluate(context.getParams().getFirst()).thenApply(parameter -> switch (context.getName()) {
                case "cut" -> cut(text, (Integer) parameter);
                case "exceeds" -> text.codePointCount(0, text.length()) > (Integer) parameter;
                default -> throw new IllegalArgumentException(context.getName());
            });
        }
    }
}
