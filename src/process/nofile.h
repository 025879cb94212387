#ifndef IPCWIRE_NOFILE_H
#define IPCWIRE_NOFILE_H

/*
 * The limit of open descriptors: who serves many clients uses all that the administrator allows (the hard limit), while
 * programs get back the one that we were started with, for some of them cannot deal with a large one (select(2)).
 */
void nofile_raise(void);
/* In a child, before it becomes the program: a system call only. */
void nofile_restore(void);

#endif
