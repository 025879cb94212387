#ifndef IPCWIRE_PRELOAD_FIND_H
#define IPCWIRE_PRELOAD_FIND_H

/* What goes into children: the object, and what makes Perl and Ruby flush. All in one directory. */
#define PRELOAD_OBJECT "ipcwire-preload.so"
#define PRELOAD_RUBY "ipcwire_flush.rb"
#define PRELOAD_PERL "ipcwire_flush" /* .pm */

/*
 * The directory that has the object: where our own program is (a build tree), lib/ipcwire beside its bin, or
 * where it was to be installed. Returns 0 with *dir (the caller frees it); -ENOENT: it is nowhere; -EINVAL: its path has a
 * colon or a space, at which the dynamic loader would split it (*dir is set then, too).
 */
int preload_find(char **dir);

#endif
