package io.tiercel.functions.cloud;

import io.tiercel.functions.lookup.AwsFailures;
import io.tiercel.functions.respond.action.ActionException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;

/** Reads the pages of a listing. */
final class Pages {
    /** Limits the calls if a listing is too long or a service keeps returning page tokens. */
    static final int MAX_PAGES = 10;

    /** The number of results per page that EC2 allows. */
    static final int EC2_PAGE_SIZE = 1000;

    private Pages() {}

    /**
     * Returns the items of all pages.
     *
     * @param pages the pages, which are requested one by one
     * @throws ActionException if a call fails or there are more than {@value #MAX_PAGES} pages
     */
    static <P, T> List<T> items(String operation, Iterable<P> pages, Function<P, Collection<T>> itemsOfPage) {
        List<T> items = new ArrayList<>();
        Iterator<P> iterator = pages.iterator();
        try {
            for (int page = 0; iterator.hasNext(); page++) {
                if (page == MAX_PAGES) {
                    throw ActionException.permanent(operation + " returned more than " + MAX_PAGES + " pages");
                }
                items.addAll(itemsOfPage.apply(iterator.next()));
            }
        } catch (SdkException e) {
            throw AwsFailures.failure(operation, e);
        }
        return items;
    }
}
