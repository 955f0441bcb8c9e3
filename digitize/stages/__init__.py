"""The steps of a page's path; each module has one public function. Stages never import each other."""
