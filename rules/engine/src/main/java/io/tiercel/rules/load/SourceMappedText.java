package io.tiercel.rules.load;

import java.util.ArrayList;
import java.util.List;

/** A condition put together from several places of the rule files, which knows where each character came from. */
final class SourceMappedText {
    private final String text;
    private final List<Piece> pieces;

    private SourceMappedText(String text, List<Piece> pieces) {
        this.text = text;
        this.pieces = pieces;
    }

    String text() {
        return text;
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    /** The place in a rule file that a position of the text stands for. */
    SourcePosition at(int position) {
        Piece found = pieces.getFirst();
        int low = 0;
        int high = pieces.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (pieces.get(middle).start() <= position) {
                found = pieces.get(middle);
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return found.origin().at(position - found.start());
    }

    /** Whether a position is where a scalar begins that was appended to others. */
    boolean appendedAt(int position) {
        return pieces.stream()
                .skip(1)
                .anyMatch(piece -> piece.start() == position
                        && piece.origin() instanceof Origin.Scalar(ScalarText _, int start)
                        && start == 0);
    }

    private record Piece(int start, Origin origin) {}

    /** Where a piece of text is from. */
    sealed interface Origin {
        SourcePosition at(int position);

        /** The same text from a later character on. */
        Origin from(int position);

        /** A stretch of a scalar. */
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

        /** Text that stands in no file as it is: all of it is reported at the place that an origin begins with. */
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

        /** The same for a place that is known already. */
        record Inserted(SourcePosition spot) implements Origin {
            @Override
            public SourcePosition at(int position) {
                return spot;
            }

            @Override
            public Origin from(int position) {
                return this;
            }
        }
    }

    /** Joins scalars with blanks. */
    static SourceMappedText of(List<ScalarText> scalars) {
        Builder builder = new Builder();
        for (ScalarText scalar : scalars) {
            if (builder.length() > 0) {
                builder.append(" ", new Origin.Inserted(scalar.spot()));
            }
            builder.append(scalar.value(), new Origin.Scalar(scalar, 0));
        }
        return builder.build();
    }

    /** Calls the taker with each piece in order. */
    void forEachPiece(PieceTaker taker) {
        for (int i = 0; i < pieces.size(); i++) {
            int end = i + 1 < pieces.size() ? pieces.get(i + 1).start() : text.length();
            taker.take(pieces.get(i).start(), end, pieces.get(i).origin());
        }
    }

    interface PieceTaker {
        void take(int start, int end, Origin origin);
    }

    static final class Builder {
        private final StringBuilder text = new StringBuilder();
        private final List<Piece> pieces = new ArrayList<>();

        int length() {
            return text.length();
        }

        Builder append(CharSequence more, Origin origin) {
            if (!more.isEmpty()) {
                if (pieces.isEmpty() || !continues(pieces.getLast(), origin)) {
                    pieces.add(new Piece(text.length(), origin));
                }
                text.append(more);
            }
            return this;
        }

        Builder append(SourceMappedText other) {
            other.forEachPiece((start, end, origin) -> append(other.text.substring(start, end), origin));
            return this;
        }

        /** Whether text from the origin needs no piece of its own behind the last one. */
        private boolean continues(Piece last, Origin origin) {
            return last.origin() == origin
                    || (last.origin() instanceof Origin.Scalar(ScalarText before, int start)
                            && origin instanceof Origin.Scalar(ScalarText scalar, int next)
                            && before == scalar
                            && next - start == text.length() - last.start());
        }

        void trimBlanks() {
            int end = text.length();
            while (end > 0 && ListSubstitution.isBlank(text.charAt(end - 1))) {
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
            while (!pieces.isEmpty()
                    && pieces.getLast().start() >= end
                    && pieces.getLast().start() > 0) {
                pieces.removeLast();
            }
        }

        SourceMappedText build() {
            return new SourceMappedText(text.toString(), List.copyOf(pieces));
        }
    }
}
