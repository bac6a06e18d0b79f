package io.tiercel.functions.notify.template;

import io.quarkus.qute.Engine;
import io.quarkus.qute.Expression;
import io.quarkus.qute.IfSectionHelper;
import io.quarkus.qute.LoopSectionHelper;
import io.quarkus.qute.ResultMapper;
import io.quarkus.qute.SetSectionHelper;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateException;
import io.quarkus.qute.TemplateNode;
import io.quarkus.qute.ValueResolvers;
import io.quarkus.qute.WhenSectionHelper;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * A compiled template. Its engine has conditions, loops over lists of the model and variables. It has no access to files, other templates,
 * classes or methods, and cannot write a value without escaping. It is thread-safe.
 */
final class MessageTemplate {
    /** The maximum length of the text of a template. */
    static final int MAX_LENGTH = 32_768;

    private static final String ITERABLE = "iterable";
    private static final Map<Escaping, Engine> ENGINES = engines();

    private final Template template;

    private MessageTemplate(Template template) {
        this.template = template;
    }

    /**
     * Compiles a template.
     *
     * @throws TemplateException if the text is not a valid template
     */
    static MessageTemplate compile(String text, Escaping escaping) {
        if (text.length() > MAX_LENGTH) {
            throw new TemplateException("the template has more than " + MAX_LENGTH + " characters");
        }
        Engine engine = ENGINES.get(escaping);
        if (engine == null) {
            throw new IllegalStateException("no engine for " + escaping);
        }
        return new MessageTemplate(engine.parse(text));
    }

    /**
     * Renders the template.
     *
     * @throws TemplateException if it reads a value that does not exist, or exceeds a limit
     */
    String render(Map<String, Object> model) {
        StringBuilder text = new StringBuilder();
        try {
            template.instance()
                    .data(model)
                    .setAttribute(RenderBudget.ATTRIBUTE, new RenderBudget())
                    .consume(part -> {
                        if (text.length() + part.length() > RenderBudget.MAX_BYTES) {
                            throw tooLong();
                        }
                        text.append(part);
                    })
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof TemplateException cause ? cause : e;
        }
        String rendered = text.toString();
        if (rendered.getBytes(StandardCharsets.UTF_8).length > RenderBudget.MAX_BYTES) {
            throw tooLong();
        }
        return rendered;
    }

    private static TemplateException tooLong() {
        return new TemplateException("the rendered text has more than " + RenderBudget.MAX_BYTES + " bytes");
    }

    private static Map<Escaping, Engine> engines() {
        Map<Escaping, Engine> engines = new EnumMap<>(Escaping.class);
        for (Escaping escaping : Escaping.values()) {
            engines.put(escaping, engine(escaping));
        }
        return engines;
    }

    private static Engine engine(Escaping escaping) {
        return Engine.builder()
                .addSectionHelpers(
                        new IfSectionHelper.Factory(),
                        new ListLoopFactory(),
                        new SetSectionHelper.Factory(),
                        new WhenSectionHelper.Factory())
                .addValueResolvers(
                        new ModelResolver(),
                        ValueResolvers.mapperResolver(),
                        ValueResolvers.orResolver(),
                        ValueResolvers.thisResolver())
                .addResultMapper(new EscapingMapper(escaping))
                .strictRendering(true)
                .removeStandaloneLines(true)
                .build();
    }

    /** Writes every value in escaped form. */
    private record EscapingMapper(Escaping escaping) implements ResultMapper {
        @Override
        public boolean appliesTo(TemplateNode.Origin origin, Object result) {
            return true;
        }

        @Override
        public String map(Object result, Expression expression) {
            return escaping.value(result);
        }
    }

    /** A loop over a list of the model. Numbers of the model are no ranges for Qute, and a number in a template is rejected here. */
    private static final class ListLoopFactory extends LoopSectionHelper.Factory {
        @Override
        public LoopSectionHelper initialize(SectionInitContext context) {
            Expression iterable = context.getExpression(ITERABLE);
            if (iterable != null && iterable.isLiteral()) {
                throw new TemplateException(context.getOrigin(), "a loop requires a list");
            }
            return super.initialize(context);
        }
    }
}
