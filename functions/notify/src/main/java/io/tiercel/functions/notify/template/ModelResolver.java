package io.tiercel.functions.notify.template;

import io.quarkus.qute.CompletedStage;
import io.quarkus.qute.EvalContext;
import io.quarkus.qute.Expression;
import io.quarkus.qute.Results;
import io.quarkus.qute.TemplateException;
import io.quarkus.qute.ValueResolver;
import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.rules.field.FactType;
import io.tiercel.rules.text.TextLimit;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * The values that a template can read: entries of maps, and a few functions of texts and lists. Everything else is not found, which is an
 * error. In particular, no method of a Java object can be called.
 */
final class ModelResolver implements ValueResolver {
    private static final int MAX_LENGTH = 100_000;

    @Override
    public boolean appliesTo(EvalContext context) {
        Object base = context.getBase();
        return base instanceof Map || base instanceof List || base instanceof String;
    }

    @Override
    public CompletionStage<Object> resolve(EvalContext context) {
        ((RenderBudget) Objects.requireNonNull(context.getAttribute(RenderBudget.ATTRIBUTE))).useValue();
        Object base = context.getBase();
        if (base instanceof Map<?, ?> map) {
            return entry(map, context);
        }
        int parameters = context.getParams().size();
        if (base instanceof String text && parameters == 1) {
            return switch (context.getName()) {
                case "cut" -> CompletedStage.of(TextLimit.cut(text, parameter(context, 1), "…"));
                case "code" -> CompletedStage.of(ChatText.code(text, parameter(context, 3)));
                default -> Results.notFound(context);
            };
        }
        if (base instanceof List<?> list) {
            if (context.getName().equals("first") && parameters == 1) {
                return CompletedStage.of(list.subList(0, Math.min(list.size(), parameter(context, 0))));
            }
            if (context.getName().equals("size") && parameters == 0) {
                return CompletedStage.of(BigDecimal.valueOf(list.size()));
            }
        }
        return Results.notFound(context);
    }

    private static CompletionStage<Object> entry(Map<?, ?> map, EvalContext context) {
        String name = context.getName();
        if (!context.getParams().isEmpty()) {
            return Results.notFound(context);
        }
        if (map.containsKey(name)) {
            return CompletedStage.of(map.get(name));
        }
        return map instanceof TemplateModel.Enrichment && isField(name)
                ? CompletedStage.ofNull()
                : Results.notFound(context);
    }

    /** Returns whether enrichment may have the field, although this incident does not. */
    private static boolean isField(String name) {
        int bracket = name.indexOf('[');
        FactType type = EnrichedFields.TYPES.get(bracket < 0 ? name : name.substring(0, bracket));
        return type != null && (type == FactType.KEYED_TEXT) == bracket >= 0;
    }

    /** Returns the parameter of a function, which must be a number in the template. */
    private static int parameter(EvalContext context, int min) {
        Expression expression = context.getParams().getFirst();
        if (expression.isLiteral()
                && expression.getLiteral() instanceof Integer number
                && number >= min
                && number <= MAX_LENGTH) {
            return number;
        }
        throw new TemplateException(context.getName() + " requires a number from " + min + " to " + MAX_LENGTH);
    }
}
