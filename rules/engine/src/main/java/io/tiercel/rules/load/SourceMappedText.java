package io.tiercel.rules.load;

import java.util.ArrayList;
import java.util.List;

/** Text that is assembled from several places in the rule files, with a map from each character to its origin. */
final class SourceMappedText {
    private final String text;
    private final List<Segment> segments;

    private SourceMappedText(String text, List<Segment> segments) {
        this.text = text;
        this.segments = segments;
    }

    String text() {
        return text;
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    /** Returns the position in a rule file of a character of the text. */
    SourcePosition at(int position) {
        Segment found = segments.getFirst();
        int low = 0;
        int high = segments.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (segments.get(middle).start() <= position) {
                found = segments.get(middle);
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return found.origin().at(position - found.start());
    }

    /** Returns whether an appended scalar starts at the position. */
    boolean appendedAt(int position) {
        return segments.stream()
                .skip(1)
                .anyMatch(segment -> segment.start() == position
                        && segment.origin() instanceof Origin.Scalar(ScalarText _, int start)
                        && start == 0);
    }

    private record Segment(int start, Origin origin) {}

    /** The origin of a segment. */
    sealed interface Origin {
        SourcePosition at(int position);

        /** Returns the origin of the same text without its first characters. */
        Origin from(int position);

        /** A part of a scalar. */
        record Scalar(ScalarText scalar, int start) implements Origin {
            @Override
            public SourcePosition at(int position) {
                return scalar.at(Math.min(start + position, scalar.value().length()));
            }

            @Override
            public Origin from(int position) {
                return new Scalar(scalar, start + position);
            }
        }

        /** Generated text. All of it is reported at the start of another origin. */
        record Pinned(Origin origin) implements Origin {
            @Override
            public SourcePosition at(int position) {
                return origin.at(0);
            }

            @Override
            public Origin from(int position) {
                return this;
            }
        }

        /** Generated text. All of it is reported at a fixed position. */
        record Inserted(SourcePosition position) implements Origin {
            @Override
            public SourcePosition at(int index) {
                return position;
            }

            @Override
            public Origin from(int position) {
                return this;
            }
        }
    }

    /** Joins scalars with spaces. */
    static SourceMappedText of(List<ScalarText> scalars) {
        Builder builder = new Builder();
        for (ScalarText scalar : scalars) {
            if (builder.length() > 0) {
                builder.append(" ", new Origin.Inserted(scalar.position()));
            }
            builder.append(scalar.value(), new Origin.Scalar(scalar, 0));
        }
        return builder.build();
    }

    /** Calls the consumer with each segment in order. */
    void forEachSegment(SegmentConsumer consumer) {
        for (int i = 0; i < segments.size(); i++) {
            int end = i + 1 < segments.size() ? segments.get(i + 1).start() : text.length();
            consumer.accept(segments.get(i).start(), end, segments.get(i).origin());
        }
    }

    interface SegmentConsumer {
        void accept(int start, int end, Origin origin);
    }

    static final class Builder {
        private final StringBuilder text = new StringBuilder();
        private final List<Segment> segments = new ArrayList<>();

        int length() {
            return text.length();
        }

        Builder append(CharSequence more, Origin origin) {
            if (!more.isEmpty()) {
                if (segments.isEmpty() || !continues(segments.getLast(), origin)) {
                    segments.add(new Segment(text.length(), origin));
                }
                text.append(more);
            }
            return this;
        }

        Builder append(SourceMappedText other) {
            other.forEachSegment((start, end, origin) -> append(other.text.substring(start, end), origin));
            return this;
        }

        /** Returns whether text with the origin can extend the last segment. */
        private boolean continues(Segment last, Origin origin) {
            return last.origin() == origin
                    || (last.origin() instanceof Origin.Scalar(ScalarText before, int start)
                            && origin instanceof Origin.Scalar(ScalarText scalar, int next)
                            && before == scalar
                            && next - start == text.length() - last.start());
        }

        void trimSpace() {
            int end = text.length();
            while (end > 0 && ListSubstitution.isSpace(text.charAt(end - 1))) {
                end--;
            }
            cut(end);
        }

        boolean endsWith(char c) {
            return !text.isEmpty() && text.charAt(text.length() - 1) == c;
        }

        void dropLast() {
            cut(text.length() - 1);
        }

        private void cut(int end) {
            text.setLength(end);
            while (!segments.isEmpty()
                    && segments.getLast().start() >= end
                    && segments.getLast().start() > 0) {
                segments.removeLast();
            }
        }

        SourceMappedText build() {
            return new SourceMappedText(text.toString(), List.copyOf(segments));
        }
    }
}
