/* A data migration: the totals were
   wrong before; /* nobody wants them back */
 */
