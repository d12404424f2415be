ALTER TYPE mood ADD VALUE 'grim' BEFORE 'sad';

ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad';

ALTER TYPE mood ADD VALUE 'fine' AFTER 'ok';
