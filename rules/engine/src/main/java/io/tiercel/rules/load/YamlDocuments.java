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
 * YAML text to its documents' nodes.
 *
 * <p>Nodes instead of ready values, because Falco takes scalars as their text, lets the first of two equal keys win and
 * knows no merge key, and because nodes know their place. Limits: nesting {@link #MAX_DEPTH}, nodes {@link YamlBudget#MAX_VALUES}, aliases of
 * collections {@link #MAX_ALIASES}; beyond them the file is refused.
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
            Composer composer = new Composer(settings, new Limited(events));
            List<Node> documents = new ArrayList<>();
            while (composer.hasNext()) {
                documents.add(composer.next());
            }
            return documents;
        } catch (ReaderException e) {
            throw start.at(characterOffset(file.text(), e.getPosition()), -1)
                    .failure(
                            LoadCode.LOAD_ERR_YAML_PARSE,
                            String.format("the character U+%04X may not stand in a YAML file", e.getCodePoint()),
                            "remove it, or write it as an escape inside double quotes");
        } catch (MarkedYamlEngineException e) {
            SourcePosition spot = start.at(e.getProblemMark().or(e::getContextMark));
            throw spot.failure(LoadCode.LOAD_ERR_YAML_PARSE, problemOf(e), adviceFor(file, spot));
        } catch (YamlEngineException e) {
            throw start.failure(
                    LoadCode.LOAD_ERR_YAML_PARSE, "not YAML: " + e.getMessage(), "write a YAML sequence of items");
        } catch (IndexOutOfBoundsException | IllegalArgumentException | NullPointerException e) {
            // The YAML library answers some malformed input so; for the file's author it is no different from a parse
            // error.
            throw start.failure(
                    LoadCode.LOAD_ERR_YAML_PARSE, "not YAML: " + e.getMessage(), "write a YAML sequence of items");
        }
    }

    private static String problemOf(MarkedYamlEngineException e) {
        String context = e.getContext();
        String problem = e.getProblem() == null ? "not YAML" : e.getProblem();
        return context == null || context.isEmpty() ? problem : context + ": " + problem;
    }

    private static String adviceFor(FileText file, SourcePosition spot) {
        int at = file.offset(spot.line(), spot.column());
        if (at < file.text().length() && file.text().charAt(at) == '\t') {
            return "indent with blanks, YAML does not take tabs there";
        }
        return "look at the indentation, quotes and brackets here and on the line above: each item starts with \"- \","
                + " its keys stand below each other, text with \": \", \" #\" or a leading special character is quoted";
    }

    private static int characterOffset(String text, int codePoints) {
        return text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length())));
    }

    /** Refuses deep nesting, since composing is recursive, and more nodes than can be read in about a second. */
    private static final class Limited implements Parser {
        private final Parser events;
        private int depth;
        private int nodes;

        Limited(Parser events) {
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
                        throw new BeyondLimit(
                                event, "nested more than " + MAX_DEPTH + " deep, rule files need about five");
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
                throw new BeyondLimit(event, "more than " + YamlBudget.MAX_VALUES + " values in one file, split it");
            }
        }
    }

    private static final class BeyondLimit extends MarkedYamlEngineException {
        private static final long serialVersionUID = 1L;

        BeyondLimit(Event event, String problem) {
            super("", event.getStartMark(), problem, event.getStartMark());
        }
    }
}
