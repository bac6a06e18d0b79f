package io.tiercel.rules.load;

import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Parses YAML text to the node trees of its documents.
 *
 * <p>The loader needs nodes instead of converted values for two reasons. Falco reads scalars as text, uses the first of
 * two equal keys and does not support merge keys. Nodes also have positions.
 *
 * <p>A file is rejected if it exceeds the nesting depth {@link #MAX_DEPTH}, {@link YamlBudget#MAX_VALUES} nodes or
 * {@link #MAX_ALIASES} aliases of collections.
 */
final class YamlDocuments {
    static final int MAX_DEPTH = 64;
    static final int MAX_ALIASES = 1_000;

    private YamlDocuments() {}

    static List<Node> compose(FileText file) throws RuleLoadException {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.name())
                .setSchema(new FailsafeSchema())
                .setCodePointLimit(RuleSource.MAX_BYTES)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setAllowNonScalarKeys(true)
                .setAllowRecursiveKeys(true)
                .setBufferSize(1 << 16)
                .build();
        SourcePosition start = SourcePosition.start(file);
        try {
            Parser events = new ParserImpl(settings, new StreamReader(settings, file.text()));
            Composer composer = new Composer(settings, new LimitingParser(events));
            List<Node> documents = new ArrayList<>();
            while (composer.hasNext()) {
                documents.add(composer.next());
            }
            return documents;
        } catch (ReaderException e) {
            throw start.at(characterOffset(file.text(), e.getPosition()), -1)
                    .error(
                            LoadCode.LOAD_ERR_YAML_PARSE,
                            String.format("the character U+%04X is not allowed in a YAML file", e.getCodePoint()),
                            "remove it, or write it as an escape sequence in double quotes");
        } catch (MarkedYamlEngineException e) {
            SourcePosition position = start.at(e.getProblemMark().or(e::getContextMark));
            throw position.error(LoadCode.LOAD_ERR_YAML_PARSE, problemOf(e), adviceFor(file, position));
        } catch (YamlEngineException e) {
            throw start.error(
                    LoadCode.LOAD_ERR_YAML_PARSE, "invalid YAML: " + e.getMessage(), "write a YAML sequence of items");
        } catch (IndexOutOfBoundsException | IllegalArgumentException | NullPointerException e) {
            // The YAML library throws these for some malformed input. Report them as parse errors.
            throw start.error(
                    LoadCode.LOAD_ERR_YAML_PARSE, "invalid YAML: " + e.getMessage(), "write a YAML sequence of items");
        }
    }

    private static String problemOf(MarkedYamlEngineException e) {
        String context = e.getContext();
        String problem = e.getProblem() == null ? "invalid YAML" : e.getProblem();
        return context == null || context.isEmpty() ? problem : context + ": " + problem;
    }

    private static String adviceFor(FileText file, SourcePosition position) {
        int at = file.offset(position.line(), position.column());
        if (at < file.text().length() && file.text().charAt(at) == '\t') {
            return "indent with spaces; YAML does not allow tabs here";
        }
        return "check the indentation, quotes and brackets on this line and the line above; start each item with \"- \", align"
                + " its keys, and quote text that contains \": \" or \" #\" or starts with a special character";
    }

    private static int characterOffset(String text, int codePoints) {
        return text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length())));
    }

    /** Rejects deep nesting, because composing is recursive, and files with too many nodes. */
    private static final class LimitingParser implements Parser {
        private final Parser events;
        private int depth;
        private int nodes;

        LimitingParser(Parser events) {
            this.events = events;
        }

        @Override
        public boolean checkEvent(Event.ID choice) {
            return events.checkEvent(choice);
        }

        @Override
        public Event peekEvent() {
            return events.peekEvent();
        }

        @Override
        public boolean hasNext() {
            return events.hasNext();
        }

        @Override
        public Event next() {
            Event event = events.next();
            switch (event.getEventId()) {
                case SequenceStart, MappingStart -> {
                    count(event);
                    if (++depth > MAX_DEPTH) {
                        throw new LimitExceeded(event, "nested deeper than " + MAX_DEPTH + " levels");
                    }
                }
                case SequenceEnd, MappingEnd -> depth--;
                case Scalar, Alias -> count(event);
                default -> {}
            }
            return event;
        }

        private void count(Event event) {
            if (++nodes > YamlBudget.MAX_VALUES) {
                throw new LimitExceeded(
                        event, "more than " + YamlBudget.MAX_VALUES + " values in one file; split the file");
            }
        }
    }

    private static final class LimitExceeded extends MarkedYamlEngineException {
        private static final long serialVersionUID = 1L;

        LimitExceeded(Event event, String problem) {
            super("", event.getStartMark(), problem, event.getStartMark());
        }
    }
}
