package io.tiercel.functions.notify.template;

import io.quarkus.qute.TemplateException;

/** What one rendering may cost. A rendering runs on one thread. */
final class RenderBudget {
    /** The attribute of a template instance that contains its budget. */
    static final String ATTRIBUTE = "budget";

    /** More than any preset needs by far: each of 10 causes of a group with 100 values. */
    static final int MAX_VALUES = 20_000;

    /** The maximum size of a rendered text in UTF-8, in bytes. */
    static final int MAX_BYTES = 256 * 1024;

    private static final long MAX_NANOS = 2_000_000_000L;

    private final long end = System.nanoTime() + MAX_NANOS;
    private int values;

    /** Counts one value that a template reads. */
    void useValue() {
        values++;
        if (values > MAX_VALUES || System.nanoTime() - end > 0) {
            throw new TemplateException("the template reads more than " + MAX_VALUES + " values, or takes too long");
        }
    }
}
