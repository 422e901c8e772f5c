/**
 * The HTTP contract as pure data: a request goes in; status, headers and body come out. {@link
 * dev.latchkey.auth.http.AuthEndpoints} holds every end point; a host turns what its framework
 * calls a request into an {@link dev.latchkey.auth.http.HttpRequest}, and an {@link
 * dev.latchkey.auth.http.HttpAnswer} into what its framework calls a response. No socket, no thread
 * and no framework in here.
 */
@NullMarked
package dev.latchkey.auth.http;

import org.jspecify.annotations.NullMarked;
